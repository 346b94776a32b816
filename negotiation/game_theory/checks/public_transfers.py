"""Check sets of equilibrium payoffs with transfers under imperfect monitoring: they must generate themselves.

Sets {u : u_i >= v_i(s), sum of u_i <= U(s)}, one for each state, consist of perfect public equilibrium
payoffs with transfers if two conditions hold in every state. One profile has the joint payoff U, and for each
player one profile gives that player at most v_i. Each of these profiles has continuation payoffs after every
outcome that lie in the set that follows it and with which no departure gains. Payments before the profile
then lead to any point of the set, and a player who does not pay is punished. One engine checks this for two
kinds of game, which differ in what an outcome is:

- a public signal, of a repeated game, which is a stochastic game of one state (Goldluecke and Kranz 2012);
- the next state, of a stochastic game in which states alone are seen (Goldluecke and Kranz 2018).

Profiles and continuations come with the result. Everything else is computed from the game, in floats or in
rational numbers. The checks import no solver. Cost: one expectation for each departure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

import numpy as np

from negotiation.base.numeric import (
    KNIFE_EDGE,
    FloatArray,
    Number,
    NumberArray,
    as_fraction,
    payoff_tolerances,
)
from negotiation.errors import InvalidStrategy, shown
from negotiation.game_theory.checks.numerics import NUMERICS
from negotiation.game_theory.games import RepeatedGame, StageGame, StochasticGame, departures, own_units
from negotiation.game_theory.games.own_units import least_and_above
from negotiation.game_theory.solutions.state_transfer_simplices import (
    StateTransferSimplex,
    StateTransferSimplices,
)
from negotiation.game_theory.solutions.transfer_payoff_set import TransferPayoffSet
from negotiation.game_theory.solutions.transfer_simplex import TransferSimplex
from negotiation.game_theory.solutions.verdict import Deviation, Verdict, of_least_slack

PUBLIC = "set of perfect public payoffs with transfers"
SEEN = f"{PUBLIC}, states alone being seen"

Slack: TypeAlias = tuple[Number, Deviation | None]
# The outcomes that can follow a profile, by position, with their probabilities: signals or states.
Outcomes: TypeAlias = list[tuple[int, Number]]
Part: TypeAlias = TransferPayoffSet | TransferSimplex | StateTransferSimplex


@dataclass(frozen=True)
class _Rules:
    """A game as the engine reads it, state by state, in floats or rational numbers."""

    concept: str
    stages: Sequence[StageGame]
    # By state, the text before the profile in the place of a departure.
    names: Sequence[str]
    delta: Number
    # The outcomes of a profile in a state, and the state whose set follows each outcome.
    outcomes: Callable[[int, tuple[int, ...]], Outcomes]
    leads_to: Sequence[int]


@dataclass(frozen=True)
class _Numbers:
    """The game and the claims about it, with payoffs counted from each player's least payoff."""

    rules: _Rules
    # By state; `later` then by aim (the joint payoff, or holding down each player), outcome and player.
    payoffs: Sequence[NumberArray]
    joint: list[Number]
    worst: list[list[Number]]
    later: list[list[list[list[Number]]]]

    def value(self, state: int, profile: tuple[int, ...], player: int, aim: int) -> Number:
        """Return a player's average discounted payoff from a profile and the continuations for an aim."""
        delta, later = self.rules.delta, self.later[state][aim]
        after = sum((p * later[y][player] for y, p in self.rules.outcomes(state, profile)), start=0 * delta)
        result: Number = (1 - delta) * self.payoffs[state][profile][player] + delta * after
        return result


def verify_public_transfers(
    game: RepeatedGame, payoff_set: TransferPayoffSet | TransferSimplex, *, exact: bool = False
) -> Verdict:
    """Check whether a set with transfers consists of perfect public equilibrium payoffs."""
    _expect_set(game, payoff_set)
    stage, signal = game.stage, game.monitoring
    chances: NumberArray | None = None
    if signal is not None:
        chances = signal.exact_probabilities() if exact else signal.probabilities

    def outcomes(_: int, profile: tuple[int, ...]) -> Outcomes:
        """Return the signals that can follow a profile; under perfect monitoring, the profile itself."""
        if chances is None:
            return [(int(np.ravel_multi_index(profile, stage.n_actions)), 1)]
        return [(y, p) for y, p in enumerate(chances[profile].tolist()) if p]

    rules = _Rules(PUBLIC, (stage,), ("",), _delta(game, exact), outcomes, [0] * _n_outcomes(game))
    return _judged(rules, [payoff_set], stage.payoffs.reshape(-1, stage.n_players), exact)


def verify_seen_states(
    game: StochasticGame, payoff_sets: StateTransferSimplices, *, exact: bool = False
) -> Verdict:
    """Check whether sets with transfers consist of perfect public payoffs if only states are observed."""
    _expect_sets(game, payoff_sets)
    moves = game.transitions
    chances: NumberArray = moves.exact() if exact else moves.floats()

    def outcomes(state: int, profile: tuple[int, ...]) -> Outcomes:
        """Return the states that can follow a profile."""
        row = int(game.offsets[state] + np.ravel_multi_index(profile, game.stages[state].n_actions))
        part = slice(int(moves.indptr[row]), int(moves.indptr[row + 1]))
        both = zip(moves.indices[part].tolist(), chances[part].tolist(), strict=True)
        return [(t, p) for t, p in both if p]

    names = [f"{state}: " for state in game.states]
    rules = _Rules(SEEN, game.stages, names, _delta(game, exact), outcomes, range(game.n_states))
    return _judged(rules, payoff_sets.sets, own_units(*game.stages).reference, exact)


# --- what is checked, and in which numbers ------------------------------------------------------------------


def _delta(game: RepeatedGame | StochasticGame, exact: bool) -> Number:
    return game.exact_discount_factors[0] if exact else game.float_discount_factors[0]


def _n_outcomes(game: RepeatedGame) -> int:
    return game.monitoring.n_signals if game.monitoring else int(np.prod(game.stage.n_actions))


def _expect_set(game: RepeatedGame, solution: TransferPayoffSet | TransferSimplex) -> None:
    n_players = game.stage.n_players
    wanted = (len(solution.profiles), _n_outcomes(game), n_players)
    fits = solution.game.stage.n_actions == game.stage.n_actions and len(solution.profiles) in (
        0,
        1 + n_players,
    )
    if not fits or solution.continuations.shape != wanted or not game.is_common:
        raise InvalidStrategy(
            f"a set with transfers of this game must have {1 + n_players} profiles or none, `continuations` "
            f"of shape {wanted[1:]} for each of them, {game.stage.n_actions} actions and one discount "
            f"factor; got {len(solution.profiles)} profiles, `continuations` of shape "
            f"{solution.continuations.shape}, {solution.game.stage.n_actions} actions and the discount "
            f"factors {shown(game.discount_factors)}: solve this game with `transfers=True`"
        )


def _expect_sets(game: StochasticGame, simplices: StateTransferSimplices) -> None:
    players, states = game.n_players, game.n_states
    fits = simplices.observed == "states" and len(simplices.sets) == states and game.is_common
    shapes = {(0, states, players), (1 + players, states, players)}
    for part in simplices.sets:
        fits = fits and part.continuations.shape in shapes and len(part.profiles) == len(part.continuations)
    if not fits:
        raise InvalidStrategy(
            f"each state, {states} in all, must have a set with observed='states', `continuations` of shape "
            f"{(1 + players, states, players)} or none, and as many `profiles`, and the players must have "
            f"one discount factor; got observed={simplices.observed!r}, shapes "
            f"{shown([part.continuations.shape for part in simplices.sets])} and the discount factors "
            f"{shown(game.discount_factors)}: solve this game with `transfers=True, observed='states'`"
        )


def _numbers(rules: _Rules, parts: Sequence[Part], exact: bool) -> _Numbers:
    """Return the payoffs and the claims. In an exact check, stored numbers are read as nearby fractions.

    In a state without equilibrium, the joint payoff is minus infinity and the worst payoffs are infinity, so
    that no continuation there passes.
    """
    least, payoffs = least_and_above(rules.stages, exact)
    low = least.tolist()

    def above(stored: list[float]) -> list[Number]:
        """Return payoffs by player, counted from the least ones."""
        both = zip(stored, low, strict=True)
        return [_plain(v) - base if exact else v - float(base) for v, base in both]

    together = sum(low, start=0 * low[0])
    joint: list[Number] = []
    worst: list[list[Number]] = []
    for part in parts:
        stands = len(part.profiles) > 0
        joint.append((_plain(part.joint) if exact else part.joint) - together if stands else -float("inf"))
        worst.append(above(part.threats.tolist()) if stands else [float("inf")] * len(low))
    later = [[[above(point) for point in aim] for aim in part.continuations.tolist()] for part in parts]
    return _Numbers(rules, payoffs, joint, worst, later)


def _plain(stored: float) -> Fraction:
    return as_fraction(stored).limit_denominator(NUMERICS.denominator)


# --- the engine ---------------------------------------------------------------------------------------------


def _judged(rules: _Rules, parts: Sequence[Part], reference: FloatArray, exact: bool) -> Verdict:
    """Return the verdict on sets by state, with a tolerance in proportion to the range of `reference`.

    Shapes: `reference` (rows, N).
    """
    # Transfers are in one unit for all players, so that the players' tolerances add up.
    tolerance = float(payoff_tolerances(reference[None], KNIFE_EDGE, constant=0.0).sum())
    stored: Number = 0 if exact else NUMERICS.stored / KNIFE_EDGE * tolerance
    numbers = _numbers(rules, parts, exact)
    slacks: list[Slack] = []
    checked = 0
    for s, part in enumerate(parts):
        counts = rules.stages[s].n_actions
        profiles = [tuple(int(k) for k in np.unravel_index(p, counts)) for p in part.profiles.tolist()]
        slacks += _worth(numbers, s, profiles, stored) if profiles else []
        for aim, profile in enumerate(profiles):
            slacks += _within(numbers, s, profile, aim)
            departures = list(_departures(numbers, s, profile, aim))
            checked += len(departures)
            slacks += departures
    return of_least_slack(rules.concept, slacks, tolerance, checked, exact=exact)


def _worth(numbers: _Numbers, s: int, profiles: list[tuple[int, ...]], stored: Number) -> list[Slack]:
    """Return the negative slacks of the claims: a joint payoff that is too high, worst payoffs too low."""
    players = range(len(numbers.worst[s]))
    together = sum((numbers.value(s, profiles[0], i, 0) for i in players), start=0 * numbers.rules.delta)
    short = [together - numbers.joint[s]]
    short += [numbers.worst[s][i] - numbers.value(s, profiles[1 + i], i, 1 + i) for i in players]
    return [(slack, None) for slack in short if slack < -stored]


def _within(numbers: _Numbers, s: int, profile: tuple[int, ...], aim: int) -> list[Slack]:
    """Return the slacks of the continuations, after a profile or a departure, in the sets that follow."""
    reached = {y for y, _ in numbers.rules.outcomes(s, profile)}
    for i, count in enumerate(numbers.rules.stages[s].n_actions):
        for _, other in departures(profile, i, range(count)):
            reached |= {y for y, _ in numbers.rules.outcomes(s, other)}
    slacks: list[Slack] = []
    for y in sorted(reached):
        point, t = numbers.later[s][aim][y], numbers.rules.leads_to[y]
        slacks.append((numbers.joint[t] - sum(point, start=0 * numbers.rules.delta), None))
        slacks += [(w - v, None) for w, v in zip(point, numbers.worst[t], strict=True)]
    return slacks


def _departures(numbers: _Numbers, s: int, profile: tuple[int, ...], aim: int) -> Iterator[Slack]:
    """Yield the loss from each departure from a profile, with the departure."""
    stage = numbers.rules.stages[s]
    place = f"{numbers.rules.names[s]}{', '.join(stage.labels(profile))}"
    for i, count in enumerate(stage.n_actions):
        stays = numbers.value(s, profile, i, aim)
        for action, other in departures(profile, i, range(count)):
            gain = numbers.value(s, other, i, aim) - stays
            labels = stage.actions[i]
            yield -gain, Deviation(stage.players[i], labels[action], labels[profile[i]], gain, place)
