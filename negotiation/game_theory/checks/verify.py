"""Independent checks of candidate equilibria.

The modules of this package import no solver. They use only games, strategies, results and arithmetic, which
the solvers use as well, and recompute payoffs, values and deviation gains from the game alone: in floats or,
with `exact=True`, in rational numbers.

A stage-game profile is a Nash equilibrium if no player gains by another action (Nash 1951). An automaton is
subgame perfect under perfect monitoring if no one-shot deviation gains in any state that some history reaches
(Blackwell 1965; Abreu 1988). With a public signal it is then a perfect public equilibrium. A set consists of
subgame-perfect payoffs if it generates itself (Abreu, Pearce and Stacchetti 1990). Cost: one evaluation for
each player, state and action.

Integers and `Fraction` objects have no rounding error, so a small game and candidate of these types are
checked in rational numbers, without a tolerance, even if `exact` is False.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from negotiation.base.numeric import (
    REGRET_TOLERANCE,
    FloatArray,
    NumberArray,
    ObjectArray,
    fraction_array,
    is_exact,
    is_probability_vector,
)
from negotiation.errors import InvalidStrategy, shown
from negotiation.game_theory.checks.advice import expect_some_game, refusal
from negotiation.game_theory.checks.automata import (
    verify_automaton,
    verify_public_automaton,
    verify_state_automaton,
)
from negotiation.game_theory.checks.bounded_mixtures import verify_between
from negotiation.game_theory.checks.continuous_time import verify_play
from negotiation.game_theory.checks.finite_horizon import verify_finite_horizon
from negotiation.game_theory.checks.markov_strategies import verify_markov_strategy
from negotiation.game_theory.checks.negotiation import verify_negotiation
from negotiation.game_theory.checks.numerics import NUMERICS
from negotiation.game_theory.checks.payoff_bounds import verify_payoff_bounds
from negotiation.game_theory.checks.public_transfers import verify_public_transfers, verify_seen_states
from negotiation.game_theory.checks.readings import verify_readings
from negotiation.game_theory.checks.self_generation import verify_payoff_set, verify_state_payoff_sets
from negotiation.game_theory.checks.transfers import verify_transfers
from negotiation.game_theory.games import (
    ContinuousTimeGame,
    RepeatedGame,
    StageGame,
    StochasticGame,
    own_units,
    ranges_by_player,
    unilateral_payoffs,
)
from negotiation.game_theory.games.mixed_profiles import by_own_action
from negotiation.game_theory.games.others import gambit_profile
from negotiation.game_theory.solutions.continuous_equilibrium import ChosenPlay
from negotiation.game_theory.solutions.finite_horizon_set import FiniteHorizonSet
from negotiation.game_theory.solutions.negotiation_equilibrium import NegotiationEquilibrium
from negotiation.game_theory.solutions.payoff_bounds import PayoffBounds
from negotiation.game_theory.solutions.payoff_set import PayoffSet
from negotiation.game_theory.solutions.private_readings import PrivateReadings
from negotiation.game_theory.solutions.state_payoff_set import StatePayoffSets
from negotiation.game_theory.solutions.state_transfer_simplices import StateTransferSimplices
from negotiation.game_theory.solutions.transfer_payoff_set import TransferPayoffSet
from negotiation.game_theory.solutions.transfer_simplex import TransferSimplex
from negotiation.game_theory.solutions.verdict import Deviation, Verdict, judge
from negotiation.game_theory.strategies import Automaton, MarkovStrategy, StateAutomaton
from negotiation.game_theory.strategies.markov_strategy import Choice

MixedProfile: TypeAlias = Sequence[npt.ArrayLike]


class StageEquilibrium(Protocol):
    """An equilibrium from a solver of stage games: a mixed action for each player."""

    @property
    def strategies(self) -> tuple[FloatArray, ...]:
        """The mixed actions, in the order of the players."""


def verify(
    game: StageGame | RepeatedGame | StochasticGame | ContinuousTimeGame,
    candidate: Automaton
    | StateAutomaton
    | MarkovStrategy
    | Mapping[str, Sequence[Choice]]
    | PayoffSet
    | StatePayoffSets
    | StateTransferSimplices
    | PayoffBounds
    | TransferSimplex
    | FiniteHorizonSet
    | ChosenPlay
    | NegotiationEquilibrium
    | PrivateReadings
    | StageEquilibrium
    | Mapping[str, str]
    | Sequence[str]
    | MixedProfile,
    *,
    exact: bool = False,
) -> Verdict:
    """Check whether a candidate is an equilibrium.

    The checks import no solver: they recompute payoffs, values and deviation gains from the game.

    Parameters
    ----------
    game : StageGame, RepeatedGame, StochasticGame or ContinuousTimeGame
        The game that is played.
    candidate : profile of action labels, mixed profile, Automaton, PayoffSet or another result
        What to check, by the kind of game:

        - Stage game: one action label or probability vector for each player, a mapping from player to label,
          an equilibrium from a solver (of this package, Gambit, nashpy or QuantEcon.py), or the payoff sets
          of finitely many periods, which must be correct and complete.
        - Repeated game: an automaton, a payoff set (with or without transfers) or payoff bounds, whose inner
          bound must generate itself, or private readings of each side, which are checked with Bayesian
          beliefs.
        - Stochastic game: a Markov strategy, a mapping from state to profile, an equilibrium with a Markov
          strategy, a state automaton, payoff sets by state (with or without transfers), or a negotiation
          equilibrium.
        - Game in continuous time: an equilibrium or a logit response. The residual of its equations bounds
          the gain from any deviation.
    exact : bool, optional
        Whether to compute in rational numbers; False by default. Floats are then taken at their exact binary
        value, and a mixed action is divided by its exact sum. If an equilibrium is not rational, the check
        proves that an equilibrium lies near its `bounds`.

    Returns
    -------
    Verdict
        Whether the candidate is an equilibrium (`.holds`), in which sense (`.concept`), its `.margin`, and
        the most tempting `.deviation`.

    Raises
    ------
    InvalidStrategy
        If the candidate does not fit the game, or `exact` is set for a game in continuous time, a negotiation
        equilibrium, or sets of finitely many periods in floats.
    InvalidGame
        If `game` is not a game of this package, or a profile of an automaton over signals does not name one
        action for each player.
    UnknownAction, UnknownState, UnknownSignal
        If the candidate names an action, a state or a signal that the game does not have.
    InvalidDiscountFactor
        If the check is in floats and a discount factor, as a float, is below 1e-100 or rounds to 1.

    Notes
    -----
    If `exact` is False, a small check is still decided in rational numbers if the game and the candidate
    consist of integers and `Fraction` objects. The verdict then has float numbers and a tolerance of 0.
    Otherwise a gain of up to 1e-12 of the range of the player's payoffs counts as zero, or of up to 1e-9 if
    an action is mixed (1e-9 times 1 - delta in a Markov strategy) or time is continuous. The tolerance is
    larger if the rounding of payoffs or values requires it. With transfers, the players' tolerances add up.

    Examples
    --------
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]],
    ...                                 actions=(("C", "D"), ("C", "D")))
    >>> verify(stage, ("D", "D")).margin
    2.0
    >>> print(verify(stage, ("C", "C")).explain())
    Not a Nash equilibrium. 0 gains 1 by playing 'D' instead of 'C'. Margin -1.
    """
    expect_some_game(game)
    if isinstance(game, ContinuousTimeGame):
        return _verify_in_continuous_time(game, candidate, exact)
    if isinstance(game, StageGame):
        bounds = getattr(candidate, "bounds", None) if exact else None
        if bounds is not None and (verdict := verify_between(game, bounds)) is not None:
            return verdict
        candidate = _profile(game, candidate)
    if isinstance(candidate, Mapping) and not isinstance(game, StochasticGame):
        raise refusal(game, candidate)
    # Rational by type and small: no tolerance is needed, and none is given.
    if not exact and decided_in_rational_numbers(game, candidate):
        return _verify(game, candidate, exact=True).in_floats()
    return _verify(game, candidate, exact=exact)


def _verify(game: StageGame | RepeatedGame | StochasticGame, candidate: Any, *, exact: bool) -> Verdict:
    """Return the verdict of the check for this kind of game and candidate."""
    if isinstance(game, StochasticGame):
        return _verify_in_states(game, candidate, exact)
    if isinstance(game, RepeatedGame) and isinstance(candidate, Automaton):
        if game.monitoring is not None:
            return verify_public_automaton(game, candidate, exact=exact)
        return verify_automaton(game, candidate, exact=exact)
    if isinstance(game, RepeatedGame) and isinstance(candidate, PrivateReadings):
        return verify_readings(candidate, game, exact=exact)
    if isinstance(game, RepeatedGame) and _is_public_set(game, candidate):
        return verify_public_transfers(game, candidate, exact=exact)
    if isinstance(game, RepeatedGame) and isinstance(candidate, TransferPayoffSet):
        return verify_transfers(game, candidate, exact=exact)
    if isinstance(game, RepeatedGame) and isinstance(candidate, PayoffSet):
        return verify_payoff_set(game, candidate, exact=exact)
    if isinstance(game, RepeatedGame) and isinstance(candidate, PayoffBounds):
        return verify_payoff_bounds(game, candidate, exact=exact)
    if isinstance(game, StageGame) and isinstance(candidate, FiniteHorizonSet):
        return verify_finite_horizon(game, candidate, exact=exact)
    if isinstance(game, StageGame) and (isinstance(candidate, (tuple, list)) or hasattr(candidate, "dtype")):
        if all(isinstance(entry, str) for entry in candidate):
            return _verify_pure(game, [str(entry) for entry in candidate], exact)
        if all(np.ndim(entry) == 0 for entry in candidate):
            return _verify_pure(game, candidate, exact)
        return _verify_mixed(game, candidate, exact)
    raise refusal(game, candidate)


def _is_public_set(game: RepeatedGame, candidate: object) -> bool:
    """Return whether a candidate is a set with transfers for a public signal or for many players."""
    signal = isinstance(candidate, TransferPayoffSet) and game.monitoring is not None
    return signal or isinstance(candidate, TransferSimplex)


def _verify_in_continuous_time(game: ContinuousTimeGame, candidate: object, exact: bool) -> Verdict:
    """Check play in continuous time, always in floats."""
    if not isinstance(candidate, ChosenPlay):
        raise refusal(game, candidate)
    if exact:
        raise InvalidStrategy(
            "play in continuous time is checked in double precision only; leave out `exact`"
        )
    return verify_play(game, candidate)


def _profile(stage: StageGame, candidate: Any) -> Any:
    """Return the profile of an equilibrium or of a mapping by player; any other candidate as it is."""
    if hasattr(candidate, "__getitem__") and hasattr(getattr(candidate, "game", None), "to_nfg"):
        return gambit_profile(stage, candidate)
    strategies = getattr(candidate, "strategies", None)
    if isinstance(strategies, tuple):
        return getattr(candidate, "exact", None) or strategies
    if isinstance(candidate, Mapping) and set(candidate) == set(stage.players):
        return stage.profile(candidate)
    return candidate


def _verify_in_states(game: StochasticGame, candidate: object, exact: bool) -> Verdict:
    """Check a candidate in a stochastic game, or its `strategy` if that is a Markov strategy."""
    if isinstance(strategy := getattr(candidate, "strategy", None), MarkovStrategy):
        candidate = strategy
    if isinstance(candidate, NegotiationEquilibrium):
        if exact:
            raise InvalidStrategy(
                "a negotiation equilibrium is checked in double precision only; leave out `exact`"
            )
        return verify_negotiation(game, candidate)
    if isinstance(candidate, StateAutomaton):
        return verify_state_automaton(game, candidate, exact=exact)
    if isinstance(candidate, StateTransferSimplices) and candidate.observed == "states":
        return verify_seen_states(game, candidate, exact=exact)
    if isinstance(candidate, StateTransferSimplices):
        return verify_transfers(game, candidate, exact=exact)
    if isinstance(candidate, StatePayoffSets) and candidate.sets[0].transfers:
        return verify_transfers(game, candidate, exact=exact)
    if isinstance(candidate, StatePayoffSets):
        return verify_state_payoff_sets(game, candidate, exact=exact)
    if isinstance(candidate, MarkovStrategy):
        return verify_markov_strategy(game, candidate, exact=exact)
    if isinstance(candidate, Mapping):
        return verify_markov_strategy(game, MarkovStrategy(candidate), exact=exact)
    raise refusal(game, candidate)


def _verify_pure(stage: StageGame, profile: Sequence[str], exact: bool) -> Verdict:
    if len(profile) != stage.n_players:
        raise InvalidStrategy(
            f"a profile must have one action for each of {stage.players}; got {shown(profile)}"
        )
    index = stage.profile_index(profile)
    # Rational payoffs are compared as they are, since a tolerance cannot tell a small gain from rounding.
    payoffs: NumberArray = stage.exact_payoffs() if exact else stage.given_payoffs()
    deviations: list[Deviation] = []
    for i, player in enumerate(stage.players):
        own = unilateral_payoffs(payoffs, index, i)
        for action, value in zip(stage.actions[i], own, strict=True):
            if action != profile[i]:
                gain = value - own[index[i]]
                deviations.append(Deviation(player, action, profile[i], gain if exact else float(gain)))
    measured = own_units(stage)
    tolerances = [0.0] * stage.n_players if payoffs.dtype == object else measured.tolerances()
    named = dict(zip(stage.players, tolerances, strict=True))
    ranges = ranges_by_player([stage], exact)
    return judge("Nash equilibrium", deviations, named, exact=exact, ranges=ranges)


def _verify_mixed(stage: StageGame, profile: MixedProfile, exact: bool) -> Verdict:
    strategies = _checked_strategies(stage, profile, exact)
    # A pure action is named in the verdict. Any other positive probability, even from rounding, is a mixture.
    played = [
        own[int(np.argmax(chances))] if np.count_nonzero(chances) == 1 else "mixed"
        for own, chances in zip(stage.actions, strategies, strict=True)
    ]
    if all(np.count_nonzero(chances) == 1 for chances in strategies):
        return _verify_pure(stage, played, exact)
    measured = own_units(stage)
    payoffs: NumberArray = stage.exact_payoffs() if exact else measured.payoffs[0]
    deviations: list[Deviation] = []
    for i, player in enumerate(stage.players):
        values = by_own_action(payoffs[..., i], strategies, i).tolist()
        expected = sum(p * v for p, v in zip(strategies[i].tolist(), values, strict=True))
        for action, value in zip(stage.actions[i], values, strict=True):
            if action != played[i]:
                deviations.append(Deviation(player, action, played[i], value - expected))
    tolerances = dict(zip(stage.players, measured.tolerances(REGRET_TOLERANCE), strict=True))
    ranges = ranges_by_player([stage], exact)
    return judge("Nash equilibrium", deviations, tolerances, exact=exact, ranges=ranges)


def _checked_strategies(stage: StageGame, profile: MixedProfile, exact: bool) -> list[NumberArray]:
    if len(profile) != stage.n_players:
        raise InvalidStrategy(
            f"a profile must have one strategy for each of {stage.players}; got {len(profile)}"
        )
    strategies: list[NumberArray] = []
    for entry, count, player in zip(profile, stage.n_actions, stage.players, strict=True):
        vector = np.asarray(entry)
        if vector.shape != (count,):
            raise InvalidStrategy(
                f"the strategy of player {player!r} must have shape {(count,)}, one probability for each "
                f"action; got {shown(entry)}"
            )
        if not is_probability_vector(vector.tolist()):
            raise InvalidStrategy(
                f"the strategy of player {player!r} must be numbers of at least 0 that sum to 1; got "
                f"{shown(vector.tolist())}"
            )
        strategies.append(_normalised(vector) if exact else vector.astype(np.float64))
    return strategies


def _normalised(vector: npt.NDArray[np.generic]) -> ObjectArray:
    entries = fraction_array(vector)
    entries[entries < 0] = 0 * entries[0]
    result: ObjectArray = entries / entries.sum()
    return result


def decided_in_rational_numbers(game: StageGame | RepeatedGame | StochasticGame, candidate: Any) -> bool:
    """Return whether game and candidate consist of integers and `Fraction` objects, and the check is small.

    Examples
    --------
    >>> stage = StageGame([[[1, 0], [0, 1]]])
    >>> decided_in_rational_numbers(stage, ([1], [1, 0])), decided_in_rational_numbers(stage, ([1], [1.0, 0]))
    (True, False)
    """
    if isinstance(
        candidate, (StatePayoffSets, StateTransferSimplices)
    ):  # these are mappings too, but of sets in floats
        return False
    if isinstance(candidate, Mapping):
        candidate = MarkovStrategy(candidate)
    states, numbers = _numbers(candidate)
    return (
        0 < states <= NUMERICS.rational_states
        and states * _profiles(game) <= NUMERICS.rational_entries
        and game.is_rational
        and all(is_exact(number) for number in numbers)
    )


def _numbers(candidate: Any) -> tuple[int, Iterable[object]]:
    """Return the number of states of a candidate, 0 if it is no strategy, and its probabilities."""
    if isinstance(candidate, (Automaton, StateAutomaton)):
        rows = [target for row in candidate.transitions.values() for target in row.values()]
        lotteries = [target for target in (candidate.initial, *rows) if isinstance(target, Mapping)]
        count = len(candidate.states if isinstance(candidate, Automaton) else candidate.memories)
        return count, (p for lottery in lotteries for p in lottery.values())
    if isinstance(candidate, MarkovStrategy):
        vectors = [c for profile in candidate.play.values() for c in profile if not isinstance(c, str)]
        return 1, (p for vector in vectors for p in vector.tolist())
    if isinstance(candidate, Sequence) and not isinstance(candidate, str):
        try:
            return 1, [p for vector in candidate for p in np.asarray(vector, dtype=object).ravel().tolist()]
        except ValueError:
            return 0, ()
    return 0, ()


def _profiles(game: StageGame | RepeatedGame | StochasticGame) -> int:
    if isinstance(game, StochasticGame):
        return game.n_rows
    stage = game.stage if isinstance(game, RepeatedGame) else game
    return int(np.prod(stage.n_actions))
