"""Check sets of equilibrium payoffs with transfers under public signals: they must generate themselves.

A set {u : u_i >= v_i, sum of u_i <= U} is within the perfect public equilibrium payoffs with transfers if one
profile is worth U in all, and for each player one is worth at most v_i, each with continuation payoffs after
every signal that lie in the set and with which no departure gains: payments before the profile lead from the
worth of the first to any point of the set, and who does not pay is held down (Goldluecke and Kranz 2012).
Profiles and continuations come with the result; all else is computed from the game, in floats or in rational
numbers. Shares no code with the solver. Cost: one expectation for each departure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from negotiation.checks.numerics import NUMERICS
from negotiation.errors import InvalidStrategy
from negotiation.games import RepeatedGame, own_units
from negotiation.numeric import KNIFE_EDGE, Number, NumberArray, as_fraction, payoff_tolerances
from negotiation.solutions.transfer_payoff_set import TransferPayoffSet
from negotiation.solutions.transfer_simplex import TransferSimplex
from negotiation.solutions.verdict import Deviation, Verdict

CONCEPT = "set of perfect public payoffs with transfers"

Slack = tuple[Number, Deviation | None]


@dataclass(frozen=True)
class _Numbers:
    """The game and the claims, in floats or rational numbers, payoffs counted from each player's least."""

    game: RepeatedGame
    delta: Number
    payoffs: NumberArray
    chances: NumberArray | None
    joint: Number
    worst: Sequence[Number]
    later: Sequence[Sequence[Sequence[Number]]]

    def row(self, profile: tuple[int, ...]) -> list[tuple[int, Number]]:
        """Return the signals that can follow a profile, with their chances; if all is seen, the profile."""
        if self.chances is None:
            return [(int(np.ravel_multi_index(profile, self.game.stage.n_actions)), 1)]
        return [(y, p) for y, p in enumerate(self.chances[profile].tolist()) if p]

    def value(self, profile: tuple[int, ...], player: int, aim: int) -> Number:
        """Return what a player gets from a profile and what follows it, on average."""
        after = sum((p * self.later[aim][y][player] for y, p in self.row(profile)), start=0 * self.delta)
        found: Number = (1 - self.delta) * self.payoffs[profile][player] + self.delta * after
        return found


def verify_public_transfers(
    game: RepeatedGame, payoff_set: TransferPayoffSet | TransferSimplex, *, exact: bool = False
) -> Verdict:
    """Check whether a set with transfers consists of perfect public equilibrium payoffs."""
    _expect_of(game, payoff_set)
    flat = game.stage.payoffs.reshape(-1, game.stage.n_players)
    tolerance = float(payoff_tolerances(flat[None], KNIFE_EDGE)[0].sum())
    slacks: list[Slack] = []
    checked = 0
    if len(payoff_set.profiles):
        numbers = _numbers(game, payoff_set, exact)
        slacks = _worth(numbers, payoff_set.profiles, NUMERICS.stored / KNIFE_EDGE * tolerance, exact)
        for aim, position in enumerate(payoff_set.profiles.tolist()):
            profile = tuple(int(k) for k in np.unravel_index(position, game.stage.n_actions))
            slacks += _within(numbers, profile, aim)
            departures = list(_departures(numbers, profile, aim))
            checked += len(departures)
            slacks += departures
    margin, nearest = min(slacks, key=lambda pair: pair[0], default=(float("inf"), None))
    if not exact:
        margin = 0.0 if -tolerance <= margin < 0 else float(margin)
    return Verdict(bool(margin >= 0), CONCEPT, margin, nearest, 0.0 if exact else tolerance, exact, checked)


def _expect_of(game: RepeatedGame, found: TransferPayoffSet | TransferSimplex) -> None:
    n_players = game.stage.n_players
    signals = game.monitoring.n_signals if game.monitoring else int(np.prod(game.stage.n_actions))
    wanted = (len(found.profiles), signals, n_players)
    fits = found.game.stage.n_actions == game.stage.n_actions and len(found.profiles) in (0, 1 + n_players)
    if not fits or found.continuations.shape != wanted or not game.is_common:
        raise InvalidStrategy(
            f"a set with transfers of this game has continuations of shape {wanted}, with one discount "
            f"factor for all; got {found.continuations.shape}: solve this game with `transfers=True`"
        )


def _numbers(game: RepeatedGame, found: TransferPayoffSet | TransferSimplex, exact: bool) -> _Numbers:
    signal, n_players = game.monitoring, game.stage.n_players
    if not exact:
        units = own_units(game.stage)
        chances = signal.probabilities if signal else None
        later = (found.continuations - units.least).tolist()
        worst = (found.threats - units.least).tolist()
        joint = found.joint - float(units.least.sum())
        return _Numbers(
            game, float(game.discount_factors[0]), units.payoffs[0], chances, joint, worst, later
        )  # fmt: skip
    later = [[[_plain(w) for w in point] for point in aim] for aim in found.continuations.tolist()]
    return _Numbers(
        game, game.exact_discount_factors[0], game.stage.exact_payoffs(),
        signal.exact_probabilities() if signal else None, _plain(found.joint),
        [_plain(found.threats[i]) for i in range(n_players)], later,
    )  # fmt: skip


def _plain(stored: float) -> Fraction:
    return as_fraction(stored).limit_denominator(NUMERICS.denominator)


def _worth(numbers: _Numbers, profiles: np.ndarray, stored: float, exact: bool) -> list[Slack]:
    """Return by how much the joint payoff falls short of what is claimed, and the worst ones exceed it."""
    counts = numbers.game.stage.n_actions
    shapes = [tuple(int(k) for k in np.unravel_index(position, counts)) for position in profiles.tolist()]
    together = sum((numbers.value(shapes[0], i, 0) for i in range(len(counts))), start=0 * numbers.delta)
    short = [together - numbers.joint]
    short += [numbers.worst[i] - numbers.value(shapes[1 + i], i, 1 + i) for i in range(len(counts))]
    allowed = 0 if exact else stored
    return [(slack, None) for slack in short if slack < -allowed]


def _within(numbers: _Numbers, profile: tuple[int, ...], aim: int) -> list[Slack]:
    """Return how far within the set what follows a profile, or a departure from it, lies at least."""
    reached = {y for y, _ in numbers.row(profile)}
    for i, count in enumerate(numbers.game.stage.n_actions):
        for action in range(count):
            reached |= {y for y, _ in numbers.row((*profile[:i], action, *profile[i + 1 :]))}
    found: list[Slack] = []
    for y in sorted(reached):
        point = numbers.later[aim][y]
        found.append((numbers.joint - sum(point, start=0 * numbers.delta), None))
        found += [(w - v, None) for w, v in zip(point, numbers.worst, strict=True)]
    return found


def _departures(numbers: _Numbers, profile: tuple[int, ...], aim: int) -> Iterator[Slack]:
    """Yield what each departure from a profile loses."""
    stage = numbers.game.stage
    place = ", ".join(stage.labels(profile))
    for i, count in enumerate(stage.n_actions):
        stays = numbers.value(profile, i, aim)
        for action in range(count):
            if action == profile[i]:
                continue
            other = (*profile[:i], action, *profile[i + 1 :])
            gain = numbers.value(other, i, aim) - stays
            labels = stage.actions[i]
            yield -gain, Deviation(stage.players[i], labels[action], labels[profile[i]], gain, place)
