"""What each function that takes a game takes: kind, players, monitoring, discounting, size; not the rest.

The functions call `expect_game` with their own name before they do anything else, so what one of them cannot
answer is refused in one place, with advice that names something that can.
"""

from __future__ import annotations

from math import prod
from typing import Literal, NamedTuple

from negotiation.errors import InvalidGame, SizeLimit
from negotiation.game_theory.games.continuous_time import ContinuousTimeGame
from negotiation.game_theory.games.kinds import expect_kind
from negotiation.game_theory.games.numerics import NUMERICS
from negotiation.game_theory.games.repeated import RepeatedGame
from negotiation.game_theory.games.stage import StageGame
from negotiation.game_theory.games.stochastic import StochasticGame


class Capability(NamedTuple):
    """What one function takes."""

    # What the game is wanted for, to begin a message with.
    use: str
    # The kinds of game, the one to advise first.
    kinds: tuple[type, ...]
    # The numbers of players; any if empty.
    players: tuple[int, ...] = ()
    # Whether a repeated game may have a public signal, must have one, or must not.
    signal: Literal["taken", "needed", "refused"] = "taken"
    unlike: bool = True
    # stochastic, repeated: What to do instead with a stochastic game, and with a repeated one.
    stochastic: str = ""
    repeated: str = ""
    # other_players, no_signal: What to do instead with other numbers of players, by number, and where the
    # signal is refused.
    other_players: str = ""
    no_signal: str = ""
    # The most action profiles, of all states together.
    profiles: int = NUMERICS.most_profiles


_STAGE, _REPEATED, _STOCHASTIC = (StageGame,), (RepeatedGame,), (StochasticGame,)
_PAYOFFS = "ask for `equilibrium_payoffs` or `bounded_payoffs` of the repeated game"
_MARKOV = "ask for `markov_perfect_equilibria`"
_FEWER = (
    "for three players under perfect monitoring use `bounded_payoffs`, for any number who pay each other "
    "transfers=True; `verify` checks a strategy"
)
_PUBLIC = "use `equilibrium_payoffs`, which takes a signal for two players"
_TWO = "a payoff set"
_WORDS = {2: "two", 3: "three"}

# By the name of the function.
CAPABILITIES: dict[str, Capability] = {
    "solve": Capability("a Nash equilibrium", _STAGE, stochastic=_MARKOV, repeated=_PAYOFFS),
    "equilibrium_index": Capability("the index", _STAGE),
    "correlated_equilibrium": Capability("a correlated equilibrium", _STAGE),
    "extreme_correlated_payoffs": Capability("correlated payoffs", _STAGE),
    "logit_equilibrium": Capability("a logit equilibrium", _STAGE, stochastic=_MARKOV),
    "logit_branch": Capability("a branch of logit equilibria", _STAGE, stochastic=_MARKOV),
    "minmax": Capability("a minmax payoff", _STAGE),
    "best_replies": Capability("a best reply", _STAGE),
    "dominated_actions": Capability("dominance", _STAGE),
    "iterated_elimination": Capability("elimination", _STAGE),
    "strategic_risk": Capability("strategic risk", _STAGE),
    "enforceability": Capability("enforceability", _STAGE, profiles=NUMERICS.most_program_profiles),
    "full_rank": Capability("the rank of a signal", _STAGE, profiles=NUMERICS.most_program_profiles),
    "public_perfect_limit": Capability(
        "the limit of public equilibria",
        _STAGE,
        (2,),
        other_players="`enforceability` takes any number",
        profiles=NUMERICS.most_program_profiles,
    ),
    "finite_horizon_payoffs": Capability("a finite repetition", _STAGE, stochastic=_MARKOV),
    "finite_horizon_payoff_set": Capability(
        "a finite repetition",
        _STAGE,
        (2,),
        stochastic=_MARKOV,
        other_players="`finite_horizon_payoffs` takes any number",
    ),
    "least_weakly_renegotiation_proof": Capability("a renegotiation-proof strategy", _STAGE),
    "critical_discount_factor": Capability("a threshold", (StageGame, RepeatedGame, StochasticGame)),
    "equilibrium_payoffs": Capability(_TWO, (RepeatedGame, StochasticGame), (2,), other_players=_FEWER),
    "public_perfect_payoffs": Capability(
        "public equilibria",
        _REPEATED,
        (2,),
        "needed",
        other_players=_FEWER,
        profiles=NUMERICS.most_program_profiles,
    ),
    "payoffs_with_public_transfers": Capability(
        "a payoff set with transfers",
        _REPEATED,
        unlike=False,
        profiles=NUMERICS.most_program_profiles,
    ),
    "payoffs_of_several": Capability("a payoff set with transfers", _STOCHASTIC, unlike=False),
    "payoffs_with_seen_states": Capability(
        "a payoff set with transfers",
        _STOCHASTIC,
        unlike=False,
        repeated="its public signal says what is seen: `equilibrium_payoffs` with transfers=True",
        profiles=NUMERICS.most_program_profiles,
    ),
    "abreu_sannikov": Capability(
        _TWO, _REPEATED, (2,), "refused", unlike=False, other_players=_FEWER, no_signal=_PUBLIC
    ),
    "judd_yeltekin_conklin": Capability(
        _TWO, _REPEATED, (2,), "refused", other_players=_FEWER, no_signal=_PUBLIC
    ),
    "abreu_pearce_stacchetti": Capability(
        _TWO, _REPEATED, (2,), "refused", other_players=_FEWER, no_signal=_PUBLIC
    ),
    "policy_iteration": Capability(_TWO, _REPEATED, (2,), "refused", other_players=_FEWER, no_signal=_PUBLIC),
    "bounded_payoffs": Capability(
        "payoff bounds",
        _REPEATED,
        (2, 3),
        "refused",
        other_players="a strategy can be checked by `verify`",
        no_signal=f"for two players {_PUBLIC}; a strategy under the signal can be checked by `verify`",
        profiles=NUMERICS.most_program_profiles,
    ),
    "optimal_penal_code": Capability(
        "an optimal penal code", _REPEATED, (2,), "refused", other_players=_FEWER, no_signal=_PUBLIC
    ),
    "basin_of_defection": Capability(
        "the basin of defection",
        _REPEATED,
        (2,),
        "refused",
        other_players="take the game of the two players in question",
        no_signal="take the game without it, or `noisy_grim` for grim trigger under noise",
    ),
    "survival": Capability("survival", _REPEATED),
    "simulate": Capability("a simulation", _REPEATED),
    "renegotiation_proofness": Capability("a renegotiation-proof strategy", _REPEATED),
    "negotiation_equilibrium": Capability(
        "a negotiation equilibrium",
        _STOCHASTIC,
        (2,),
        repeated="make it a stochastic game of one state: `StochasticGame.from_stages`",
        other_players=_MARKOV,
    ),
    "markov_perfect_equilibria": Capability(
        "a Markov perfect equilibrium", (StochasticGame, ContinuousTimeGame)
    ),
}


def expect_game(entry: str, game: object) -> None:
    """Refuse a game that a function does not take."""
    takes = CAPABILITIES[entry]
    if not isinstance(game, takes.kinds):
        expect_kind(game, takes.kinds[0], takes.use, takes.stochastic, takes.repeated)
    players = game.stage.n_players if isinstance(game, RepeatedGame) else game.n_players  # type: ignore[attr-defined]
    if takes.players and players not in takes.players:
        counts = " or ".join(_WORDS[count] for count in takes.players)
        _refuse(f"{takes.use} is for {counts} players; the game has {players}", takes.other_players)
    if isinstance(game, RepeatedGame):
        if game.monitoring is not None and takes.signal == "refused":
            _refuse(f"{entry} is for perfect monitoring; the game has a public signal", takes.no_signal)
        if game.monitoring is None and takes.signal == "needed":
            _refuse("the game has no public signal", "use `equilibrium_payoffs`")
    if isinstance(game, (RepeatedGame, StochasticGame)) and not game.is_common and not takes.unlike:
        aps = players == 2 and isinstance(game, RepeatedGame)
        _refuse(
            f"{entry} needs a common discount factor; got {game.discount_factors} for the players",
            "use one number for both, or method='aps'" if aps else "use one number for all",
        )
    _expect_size(entry, game)


def _expect_size(entry: str, game: object) -> None:
    takes = CAPABILITIES[entry]
    if isinstance(game, ContinuousTimeGame):
        return  # moves come one at a time: there are no profiles to go through
    stage = game.stage if isinstance(game, RepeatedGame) else game
    size = stage.n_rows if isinstance(stage, StochasticGame) else prod(stage.n_actions)  # type: ignore[attr-defined]
    if size > takes.profiles:
        raise SizeLimit(
            f"{takes.use} is for games of at most {takes.profiles:,} action profiles; the game has {size:,}. "
            "Leave out what no equilibrium plays: `iterated_elimination` names it"
        )


def _refuse(message: str, advice: str) -> None:
    raise InvalidGame(f"{message}: {advice}" if advice else message)
