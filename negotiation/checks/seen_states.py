"""Check sets of payoffs with transfers where states alone are seen: they must generate themselves.

Sets {u : u_i >= v_i(s), sum of u_i <= U(s)}, one for each state, are within the perfect public equilibrium
payoffs with transfers if in every state one profile is worth U in all, and for each player one is worth at
most v_i, each with continuation payoffs by the state that follows that lie in that state's set and with which
no departure gains: payments before the profile lead from the worth of the first to any point of the set, and
who does not pay is held down (Goldluecke and Kranz 2018). Profiles and continuations come with the result;
all else is computed from the game, in floats or in rational numbers. Shares no code with the solver. Cost:
one expectation for each departure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from negotiation.checks.numerics import NUMERICS
from negotiation.errors import InvalidStrategy
from negotiation.games import StochasticGame, own_units
from negotiation.games.own_units import least_and_above
from negotiation.numeric import KNIFE_EDGE, Number, NumberArray, as_fraction, payoff_tolerances
from negotiation.solutions.state_transfer_simplices import StateTransferSimplex, StateTransferSimplices
from negotiation.solutions.verdict import Deviation, Verdict

CONCEPT = "set of perfect public payoffs with transfers, states alone being seen"

Slack = tuple[Number, Deviation | None]


@dataclass(frozen=True)
class _Numbers:
    """The game and the claims, in floats or rational numbers, payoffs counted from each player's least."""

    game: StochasticGame
    delta: Number
    payoffs: tuple[NumberArray, ...]
    chances: NumberArray
    joint: list[Number]
    worst: list[list[Number]]
    later: list[list[list[list[Number]]]]

    def row(self, state: int, profile: tuple[int, ...]) -> list[tuple[int, Number]]:
        """Return the states that can follow a profile, with their chances."""
        moves = self.game.transitions
        at = int(self.game.offsets[state])
        at += int(np.ravel_multi_index(profile, self.game.stages[state].n_actions))
        part = slice(int(moves.indptr[at]), int(moves.indptr[at + 1]))
        both = zip(moves.indices[part].tolist(), self.chances[part].tolist(), strict=True)
        return [(t, p) for t, p in both if p]

    def value(self, state: int, profile: tuple[int, ...], player: int, aim: int) -> Number:
        """Return what a player gets from a profile and what follows it, on average."""
        later = self.later[state][aim]
        after = sum((p * later[t][player] for t, p in self.row(state, profile)), start=0 * self.delta)
        found: Number = (1 - self.delta) * self.payoffs[state][profile][player] + self.delta * after
        return found


def verify_seen_states(
    game: StochasticGame, payoff_sets: StateTransferSimplices, *, exact: bool = False
) -> Verdict:
    """Check whether sets with transfers consist of perfect public payoffs where states alone are seen."""
    _expect_of(game, payoff_sets)
    flat = own_units(*game.stages).reference
    tolerance = float(payoff_tolerances(flat[None], KNIFE_EDGE)[0].sum())
    numbers = _numbers(game, payoff_sets, exact)
    stored: Number = 0 if exact else NUMERICS.stored / KNIFE_EDGE * tolerance
    slacks: list[Slack] = []
    checked = 0
    for s, part in enumerate(payoff_sets.sets):
        if part.is_empty:
            continue
        counts = game.stages[s].n_actions
        profiles = [tuple(int(k) for k in np.unravel_index(p, counts)) for p in part.profiles.tolist()]
        slacks += _worth(numbers, s, profiles, stored)
        for aim, profile in enumerate(profiles):
            slacks += _within(numbers, s, profile, aim)
            departures = list(_departures(numbers, s, profile, aim))
            checked += len(departures)
            slacks += departures
    margin, nearest = min(slacks, key=lambda pair: pair[0], default=(float("inf"), None))
    if not exact:
        margin = 0.0 if -tolerance <= margin < 0 else float(margin)
    return Verdict(bool(margin >= 0), CONCEPT, margin, nearest, 0.0 if exact else tolerance, exact, checked)


def _expect_of(game: StochasticGame, found: StateTransferSimplices) -> None:
    players, states = game.n_players, game.n_states
    fits = found.observed == "states" and len(found.sets) == states and game.is_common
    shapes = {(0, states, players), (1 + players, states, players)}
    if not fits or any(part.continuations.shape not in shapes or not _told(part) for part in found.sets):
        raise InvalidStrategy(
            "sets with transfers where states alone are seen have continuations of shape "
            f"{(1 + players, states, players)} for each of {states} states, with one discount factor; "
            f"got {[part.continuations.shape for part in found.sets]}: solve this game with "
            "`transfers=True, observed='states'`"
        )


def _told(part: StateTransferSimplex) -> bool:
    """Return whether a set that is not empty comes with what follows each of its profiles."""
    return len(part.profiles) == len(part.continuations)


def _numbers(game: StochasticGame, found: StateTransferSimplices, exact: bool) -> _Numbers:
    least, payoffs = least_and_above(game.stages, exact)
    delta: Number = game.exact_discount_factors[0] if exact else float(game.discount_factors[0])
    chances: NumberArray = game.transitions.exact() if exact else game.transitions.floats()
    low = least.tolist()

    def above(stored: list[float]) -> list[Number]:
        """Return payoffs by player, counted from the least ones."""
        both = zip(stored, low, strict=True)
        return [_plain(v) - base if exact else v - float(base) for v, base in both]

    together = sum(low, start=0 * low[0])
    joint: list[Number] = []
    worst: list[list[Number]] = []
    for part in found.sets:
        stands = not part.is_empty
        joint.append((_plain(part.joint) if exact else part.joint) - together if stands else -float("inf"))
        worst.append(above(part.threats.tolist()) if stands else [float("inf")] * len(low))
    later = [[[above(point) for point in aim] for aim in part.continuations.tolist()] for part in found.sets]
    return _Numbers(game, delta, payoffs, chances, joint, worst, later)


def _plain(stored: float) -> Fraction:
    return as_fraction(stored).limit_denominator(NUMERICS.denominator)


def _worth(numbers: _Numbers, s: int, profiles: list[tuple[int, ...]], stored: Number) -> list[Slack]:
    """Return by how much the joint payoff falls short of what is claimed, and the worst ones exceed it."""
    players = range(numbers.game.n_players)
    together = sum((numbers.value(s, profiles[0], i, 0) for i in players), start=0 * numbers.delta)
    short = [together - numbers.joint[s]]
    short += [numbers.worst[s][i] - numbers.value(s, profiles[1 + i], i, 1 + i) for i in players]
    return [(slack, None) for slack in short if slack < -stored]


def _within(numbers: _Numbers, s: int, profile: tuple[int, ...], aim: int) -> list[Slack]:
    """Return how far within the sets what follows a profile, or a departure from it, lies at least."""
    reached = {t for t, _ in numbers.row(s, profile)}
    for i, count in enumerate(numbers.game.stages[s].n_actions):
        for action in range(count):
            reached |= {t for t, _ in numbers.row(s, (*profile[:i], action, *profile[i + 1 :]))}
    found: list[Slack] = []
    for t in sorted(reached):
        point = numbers.later[s][aim][t]
        found.append((numbers.joint[t] - sum(point, start=0 * numbers.delta), None))
        found += [(w - v, None) for w, v in zip(point, numbers.worst[t], strict=True)]
    return found


def _departures(numbers: _Numbers, s: int, profile: tuple[int, ...], aim: int) -> Iterator[Slack]:
    """Yield what each departure from a profile loses."""
    stage = numbers.game.stages[s]
    place = f"{numbers.game.states[s]}: {', '.join(stage.labels(profile))}"
    for i, count in enumerate(stage.n_actions):
        stays = numbers.value(s, profile, i, aim)
        for action in range(count):
            if action == profile[i]:
                continue
            other = (*profile[:i], action, *profile[i + 1 :])
            gain = numbers.value(s, other, i, aim) - stays
            labels = stage.actions[i]
            yield -gain, Deviation(stage.players[i], labels[action], labels[profile[i]], gain, place)
