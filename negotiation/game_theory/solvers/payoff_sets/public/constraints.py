"""The incentive constraints of every action profile under a public signal, in numbers.

Player i, who is to play a_i, has no better action a' if

    sum_y (pi(y | a) - pi(y | a', a_-i)) w_i(y) >= (1 - delta_i) / delta_i (g_i(a', a_-i) - g_i(a)).

For each profile, signals that have probability zero under it and every deviation are left out. Signals whose
probabilities are proportional under all these actions carry the same information and are joined: a revealing
signal is left with one signal for compliance and one for each deviation. An action that changes no
probability and gains nothing is no constraint; if it gains, no continuation enforces the profile. Payoffs are
shifted and scaled into [0, 1] for each player. The cost is profiles x deviations x signals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import KNIFE_EDGE, FloatArray, IntArray, payoff_tolerances
from negotiation.game_theory.games import PublicSignal, StageGame, departures
from negotiation.game_theory.solvers.payoff_sets.common.program_arrays import ConstraintArrays
from negotiation.game_theory.solvers.payoff_sets.public.numerics import NUMERICS


@dataclass(frozen=True, eq=False)
class SignalConstraints:
    """The incentive constraints on each profile's continuations, padded with zeros."""

    # (A, 2): stage payoffs by row-major profile, scaled.
    payoffs: FloatArray
    # (2,): discount factors.
    deltas: FloatArray
    # low, scale: (2,): A payoff is low + scale x scaled payoff.
    low: FloatArray
    scale: FloatArray
    # (A,): signals that are left of each profile.
    n_signals: IntArray
    # (A, Y): their probabilities.
    probabilities: FloatArray
    # (A, number of signals): which of these each signal belongs to; -1 where it cannot come about.
    groups: IntArray
    # (A,): incentive constraints of each profile.
    n_constraints: IntArray
    # (A, M): the player of each constraint.
    owners: IntArray
    # (A, M, Y): fall of each signal's probability by the deviation.
    coefficients: FloatArray
    # (A, M): stage payoff gained by the deviation, scaled.
    gains: FloatArray
    # (A,): 1 for profiles with a profitable deviation that no signal shows.
    hopeless: IntArray

    def compiled(self, tighter: float = 0.0) -> ConstraintArrays:
        """Return the arrays that the kernels take, with constraints tightened by `tighter`.

        If a deviation gains nothing, equal continuations must remain admissible. So a tie is not tightened at
        all, and a deviation that loses is tightened by at most half of the loss.
        """
        deltas = self.deltas
        needed = (1.0 - deltas)[self.owners] / deltas[self.owners] * self.gains
        needed = needed + np.where(self.gains > 0.0, tighter, np.minimum(tighter, -0.5 * needed))
        return ConstraintArrays(
            self.n_signals, self.probabilities, self.n_constraints, self.owners, self.coefficients,
            needed, self.payoffs, deltas,
        )  # fmt: skip

    @property
    def minmax(self) -> FloatArray:
        """The pure minmax payoffs, scaled: the least best-reply payoff of each player."""
        best = self.payoffs.copy()
        for a, count in enumerate(self.n_constraints):
            for m in range(count):
                i = self.owners[a, m]
                best[a, i] = max(best[a, i], self.payoffs[a, i] + self.gains[a, m])
        least: FloatArray = best.min(axis=0)
        return least


def signal_constraints(
    stage: StageGame, signal: PublicSignal, discount_factors: Sequence[float]
) -> SignalConstraints:
    """Return the incentive constraints of a two-player game with a public signal.

    A gain of at most `KNIFE_EDGE` times the player's payoff range counts as none.
    """
    flat = stage.payoffs.reshape(-1, 2)
    low = flat.min(axis=0)
    scale = np.where(np.ptp(flat, axis=0) > 0.0, np.ptp(flat, axis=0), 1.0)
    payoffs = (stage.payoffs - low) / scale
    edges = (payoff_tolerances(flat[None], KNIFE_EDGE)[0] / scale).tolist()
    rows = [_of_profile(payoffs, signal.probabilities, edges, index) for index in np.ndindex(stage.n_actions)]
    n_profiles, deepest = len(rows), max(1, *(len(each.gains) for each in rows))
    widest = max(len(each.probabilities) for each in rows)
    probabilities, owners = np.zeros((n_profiles, widest)), np.zeros((n_profiles, deepest), np.int64)
    coefficients, gains = np.zeros((n_profiles, deepest, widest)), np.zeros((n_profiles, deepest))
    for a, each in enumerate(rows):
        depth, width = each.coefficients.shape
        probabilities[a, :width], coefficients[a, :depth, :width] = each.probabilities, each.coefficients
        owners[a, :depth], gains[a, :depth] = each.owners, each.gains
    return SignalConstraints(
        np.ascontiguousarray(payoffs.reshape(-1, 2)),
        np.array(discount_factors),
        low,
        scale,
        np.array([len(each.probabilities) for each in rows], np.int64),
        probabilities,
        np.array([each.groups for each in rows], np.int64),
        np.array([len(each.gains) for each in rows], np.int64),
        owners,
        coefficients,
        gains,
        np.array([each.hopeless for each in rows], np.int64),
    )


class _OfProfile(NamedTuple):
    """One profile's signals and deviations after joining, not padded; as in `SignalConstraints`."""

    probabilities: FloatArray
    groups: IntArray
    coefficients: FloatArray
    owners: IntArray
    gains: FloatArray
    hopeless: bool


def _of_profile(
    payoffs: FloatArray, probabilities: FloatArray, edges: Sequence[float], index: tuple[int, ...]
) -> _OfProfile:
    own = probabilities[index]
    rows, owners, gains = [own], [], []
    for i in (0, 1):
        for _, other in departures(index, i, range(payoffs.shape[i])):
            rows.append(probabilities[other])
            owners.append(i)
            gain = payoffs[(*other, i)] - payoffs[(*index, i)]
            gains.append(0.0 if abs(gain) <= edges[i] else gain)
    joined, groups = _joined(np.array(rows))
    coefficients = joined[0] - joined[1:]
    coefficients[np.abs(coefficients) <= NUMERICS.same_probability] = 0.0
    every, owner = np.array(gains), np.array(owners, np.int64)
    unseen = ~coefficients.any(axis=1)
    hopeless = bool((unseen & (every > 0.0)).any())
    seen = np.flatnonzero(~unseen)
    seen = seen[_strongest(coefficients[seen], owner[seen], every[seen])]
    return _OfProfile(joined[0], groups, coefficients[seen], owner[seen], every[seen], hopeless)


def _joined(rows: FloatArray) -> tuple[FloatArray, IntArray]:
    """Return the rows with proportional columns summed, and the new position of each column."""
    totals = rows.sum(axis=0)
    groups = np.full(rows.shape[1], -1, np.int64)
    shapes: list[FloatArray] = []
    for y in np.flatnonzero(totals > 0.0):
        shape = rows[:, y] / totals[y]
        same = [
            k for k, other in enumerate(shapes) if np.abs(shape - other).max() <= NUMERICS.same_probability
        ]
        groups[y] = same[0] if same else len(shapes)
        if not same:
            shapes.append(shape)
    columns = [rows[:, groups == k].sum(axis=1) for k in range(len(shapes))]
    return np.stack(columns, axis=1), groups


def _strongest(coefficients: FloatArray, owners: IntArray, gains: FloatArray) -> IntArray:
    """Return positions of constraints; of those with equal coefficients, only the one with most gain."""
    strongest: list[int] = []
    for k in np.argsort(-gains, kind="stable"):
        if not any(owners[m] == owners[k] and _alike(coefficients[m], coefficients[k]) for m in strongest):
            strongest.append(int(k))
    return np.array(sorted(strongest), np.intp)


def _alike(first: FloatArray, other: FloatArray) -> bool:
    return bool(np.abs(first - other).max() <= NUMERICS.same_probability)
