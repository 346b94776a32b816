"""The search for one action's dominator among a player's other actions.

A pure dominator is looked for first; then, by linear programming, a mixed one (Conitzer and Sandholm 2005).
With gain g(b, s) = u_i(b, s) - u_i(a, s) and weights x on the other actions b:

- strict: maximise t subject to sum over b of x_b g(b, s) >= t for all s; dominated if t > 0;
- weak: maximise the sum over s of sum over b of x_b g(b, s), each of them >= 0; dominated if the sum is > 0.

What the program returns is only a proposal: its gains are computed anew, and exactly for rational payoffs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

import numpy as np

from negotiation.games import StageGame
from negotiation.numeric import FloatArray, IntArray, NumberArray, ObjectArray
from negotiation.solvers.stage.numerics import NUMERICS
from negotiation.solvers.stage.unit_payoffs import unit_payoffs

DominanceKind: TypeAlias = Literal["strict", "weak"]


@dataclass(frozen=True, eq=False)
class OwnPayoffs:
    """One player's payoffs, a row for each own action and a column for each profile of the others.

    Parameters
    ----------
    shares : array, shape (n_i, m)
        Payoffs in shares of the player's range.
    exact : array of Fraction or None
        The payoffs themselves, where they were given as rationals.
    scale : float
        Payoff units in a share.
    knife_edge : float
        Differences of shares within this are equal, or are decided exactly.
    """

    shares: FloatArray
    exact: ObjectArray | None
    scale: float
    knife_edge: float

    @classmethod
    def of(cls, stage: StageGame, player: int) -> OwnPayoffs:
        """Return the payoffs of the player at this position."""
        unit = unit_payoffs(stage)
        exact = _rows(stage.given_payoffs(), player) if given_rationals(stage) else None
        return cls(
            _rows(unit.shares, player),
            exact,
            float(unit.scale[player]),
            float(unit.knife_edge[player]),
        )

    def columns(self, kept: IntArray) -> OwnPayoffs:
        """Return the payoffs at some of the others' profiles."""
        exact = None if self.exact is None else self.exact[:, kept]
        return OwnPayoffs(self.shares[:, kept], exact, self.scale, self.knife_edge)

    def signs(self, action: int, mix: dict[int, float]) -> IntArray:
        """Return the sign of a mixed action's gain over an action at each profile of the others."""
        gains = self.gains(action, mix)
        result = np.where(np.abs(gains) <= self.knife_edge, 0, np.sign(gains)).astype(np.intp)
        if self.exact is not None and not result.all():
            near = np.flatnonzero(result == 0).tolist()
            own = self.exact[action]
            weights = rational_weights(mix)
            for s in near:
                gain = sum(weight * (self.exact[b, s] - own[s]) for b, weight in weights.items())
                result[s] = (gain > 0) - (gain < 0)
        return result

    def gains(self, action: int, mix: dict[int, float]) -> FloatArray:
        """Return a mixed action's gain over an action at each profile of the others, in shares."""
        used = mix if self.exact is None else rational_weights(mix)
        weights = np.array([float(weight) for weight in used.values()])
        rows = np.array(list(used), dtype=np.intp)
        result: FloatArray = weights @ (self.shares[rows] - self.shares[action])
        return result


def given_rationals(stage: StageGame) -> bool:
    """Return whether the payoffs were given as integers or `Fraction`, so that they are compared exactly.

    Examples
    --------
    >>> given_rationals(StageGame([[1]])), given_rationals(StageGame([[1.0]]))
    (True, False)
    """
    return stage.given_payoffs().dtype == object


def rational_weights(mix: dict[int, float]) -> dict[int, Fraction]:
    """Return weights as fractions of small denominators, summing to 1.

    Examples
    --------
    >>> rational_weights({0: 1 / 3, 2: 2 / 3})
    {0: Fraction(1, 3), 2: Fraction(2, 3)}
    """
    read = {b: Fraction(weight).limit_denominator(NUMERICS.weight_denominator) for b, weight in mix.items()}
    total = sum(read.values())
    return {b: weight / total for b, weight in read.items()}


@dataclass(frozen=True)
class Dominator:
    """A mixed action (positions and weights) that dominates, how, and by how much in payoff units."""

    mix: tuple[tuple[int, float], ...]
    kind: DominanceKind
    least_gain: float
    largest_gain: float


UNSURE = Dominator((), "weak", 0.0, 0.0)
"""Stands for a dominator that a program found and that could not be confirmed."""


def find_dominator(
    own: OwnPayoffs, action: int, others: Sequence[int], *, kind: DominanceKind, mixed: bool
) -> Dominator | None:
    """Return a pure or mixed action over `others` that dominates the action, `None`, or `UNSURE`.

    Parameters
    ----------
    own : OwnPayoffs
        The player's payoffs at the profiles of the others that are left.
    action : int
        Position of the action.
    others : sequence of int
        Positions of the actions that may dominate it.
    kind, mixed
        As for `dominated_actions`.

    Examples
    --------
    >>> own = OwnPayoffs.of(StageGame([[2], [3]]), 0)
    >>> find_dominator(own, 0, [1], kind="strict", mixed=True)
    Dominator(mix=((1, 1.0),), kind='strict', least_gain=1.0, largest_gain=1.0)
    """
    if not others:
        return None
    lead = own.shares[action] - own.shares[list(others)].max(axis=0)
    if lead.max() > own.knife_edge:
        return None  # the only best reply to some profile
    pure = _pure_dominator(own, action, others, kind)
    if pure is not None or not mixed or len(others) < 2:
        return pure
    if own.exact is None and kind == "strict" and lead.max() >= -own.knife_edge:
        return None  # a best reply to some profile
    found: Dominator | None = None
    for program in (_strict_program, _weak_program)[: 1 if kind == "strict" else 2]:
        weights, reached = program(own, action, others)
        mix = {b: float(w) for b, w in zip(others, weights, strict=True) if w > 0}
        found = _confirmed(own, action, mix, kind)
        if found is not None:
            return found
        found = UNSURE if reached > NUMERICS.undecided else None
    return found


def _pure_dominator(
    own: OwnPayoffs, action: int, others: Sequence[int], kind: DominanceKind
) -> Dominator | None:
    """Return the pure dominator with the largest least gain."""
    least = (own.shares[list(others)] - own.shares[action]).min(axis=1)
    best: Dominator | None = None
    for k in np.argsort(-least, kind="stable").tolist():
        if least[k] < -own.knife_edge or (best is not None and least[k] < least.max() - own.knife_edge):
            break
        candidate = _confirmed(own, action, {others[k]: 1.0}, kind)
        if candidate is not None and (best is None or candidate.kind == "strict"):
            best = candidate
    return best


def _confirmed(own: OwnPayoffs, action: int, mix: dict[int, float], kind: DominanceKind) -> Dominator | None:
    """Return the mixed action as a dominator if its gains have the right signs."""
    signs = own.signs(action, mix) if mix else np.array([-1])
    if signs.min() < 0 or signs.max() <= 0 or (kind == "strict" and signs.min() == 0):
        return None
    gains = own.scale * own.gains(action, mix)
    found: DominanceKind = "strict" if signs.min() > 0 else "weak"
    return Dominator(tuple(mix.items()), found, max(0.0, float(gains.min())), float(gains.max()))


def _strict_program(own: OwnPayoffs, action: int, others: Sequence[int]) -> tuple[FloatArray, float]:
    """Return the weights with the largest least gain, and that gain."""
    gains = (own.shares[list(others)] - own.shares[action]).T
    size = len(others)
    return _solve(
        np.r_[np.zeros(size), -1.0],
        np.column_stack([-gains, np.ones(len(gains))]),
        [(0.0, 1.0)] * size + [(-1.0, 1.0)],
        size,
    )


def _weak_program(own: OwnPayoffs, action: int, others: Sequence[int]) -> tuple[FloatArray, float]:
    """Return the weights with the largest sum of gains among those that never lose, and that sum."""
    gains = (own.shares[list(others)] - own.shares[action]).T
    return _solve(-gains.sum(axis=0), -gains, [(0.0, 1.0)] * len(others), len(others))


def _solve(
    cost: FloatArray, rows: FloatArray, bounds: list[tuple[float, float]], size: int
) -> tuple[FloatArray, float]:
    """Return the first `size` variables, as weights, and the value; no weights where there is no answer."""
    from scipy.optimize import linprog

    total = np.zeros((1, len(cost)))
    total[0, :size] = 1.0
    answer = linprog(
        cost,
        A_ub=rows,
        b_ub=np.zeros(len(rows)),
        A_eq=total,
        b_eq=[1.0],
        bounds=bounds,
        method="highs",
        options={
            "primal_feasibility_tolerance": NUMERICS.feasibility,
            "dual_feasibility_tolerance": NUMERICS.feasibility,
        },
    )
    if answer.x is None or answer.fun is None:
        return np.zeros(size), 0.0
    weights = np.asarray(answer.x[:size], dtype=np.float64)
    weights = np.where(weights < NUMERICS.no_weight, 0.0, weights)
    return weights / weights.sum(), -float(answer.fun)


def _rows(values: NumberArray, player: int) -> NumberArray:
    """Return a player's payoffs with a row for each own action."""
    return np.moveaxis(values[..., player], player, 0).reshape(values.shape[player], -1)
