"""Slow plain programs for repeated games with transfers, of any number of players."""

from fractions import Fraction
from itertools import product

import numpy as np
from scipy.linalg import block_diag
from scipy.optimize import linprog

FINE = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}

Simplex = tuple
"""The joint payoff and the threats."""


def swapped(profile: tuple, i: int, action: int) -> tuple:
    return (*profile[:i], action, *profile[i + 1 :])


def rows(payoffs: np.ndarray) -> list[tuple]:
    """Return each profile's joint payoff, best replies to it, and the sum of temptations."""
    shape, n, found = payoffs.shape[:-1], payoffs.shape[-1], []
    for a in product(*map(range, shape)):
        best = [max(payoffs[swapped(a, i, b)][i] for b in range(shape[i])) for i in range(n)]
        found.append((sum(payoffs[a]), best, sum(best) - sum(payoffs[a])))
    return found


def seen(payoffs: np.ndarray, delta: Fraction, room: Fraction = Fraction(0)) -> Simplex | None:
    """Return the largest solution where all is seen; temptations may exceed what is at stake by `room`.

    A profile can be played if (1 - d) times the sum of its temptations is at most d (U - sum v), and holds a
    player down to the best reply to it.
    """
    n, left = payoffs.shape[-1], rows(payoffs)
    while left:
        joint, threats = max(r[0] for r in left), [min(r[1][i] for r in left) for i in range(n)]
        kept = [r for r in left if (1 - delta) * r[2] <= delta * (joint - sum(threats)) + room]
        if len(kept) == len(left):
            return joint, threats
        left = kept
    return None


def _kept_up(payoffs: np.ndarray, signal: np.ndarray, a: tuple, room: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the constraints on payments by signal and player that keep all to a profile."""
    shape, n = payoffs.shape[:-1], payoffs.shape[-1]
    rows, right = [], []
    for i in range(n):
        for b in set(range(shape[i])) - {a[i]}:
            other, row = swapped(a, i, b), np.zeros((signal.shape[-1], n))
            row[:, i] = signal[other] - signal[a]
            rows.append(row.ravel())
            right.append(payoffs[a][i] - payoffs[other][i] + room)
    return np.array(rows).reshape(-1, signal.shape[-1] * n), np.array(right)


def signalled(payoffs: np.ndarray, delta: float, signal: np.ndarray, room: float = 0.0) -> Simplex | None:
    """Return the largest solution under a public signal, in floats, payoffs in shares of a range.

    The liquidity is the largest L with L <= d (J(L) - sum c(L)). For a profile in each role, to attain J and
    to hold down each player, that is one linear program; all choices are tried, the most promising first.
    """
    n, y = payoffs.shape[-1], signal.shape[-1]
    sums = np.kron(np.eye(y), np.ones(n))
    programs = {a: _kept_up(payoffs, signal, a, room) for a in product(*map(range, payoffs.shape[:-1]))}
    views = [np.ones(n), *-np.eye(n)]
    """What the roles look at: all payoffs, and each player's with a minus."""

    def solve(chosen: tuple, goal: list, level: tuple, more: tuple = ()) -> object:
        """Return a program about the liquidity and the payments that keep up each of some profiles."""
        rows = block_diag(*[np.vstack([programs[a][0], sums]) for a in chosen])
        first = np.concatenate([[0.0] * len(programs[a][0]) + [-1.0] * y for a in chosen])
        rows, right = (
            np.column_stack([first, rows]),
            [x for a in chosen for x in [*programs[a][1], *[0.0] * y]],
        )
        rows, right = (np.vstack([rows, more[0]]), [*right, more[1]]) if more else (rows, right)
        bounds = [level] + [(0, None)] * (rows.shape[1] - 1)
        return linprog(goal, A_ub=rows, b_ub=right, bounds=bounds, options=FINE)

    def lowest(i: int, a: tuple, level: tuple) -> float:
        """Return the least that a profile gives to a player; infinite where it is not kept up."""
        found = solve((a,), [0.0, *-np.kron(signal[a], views[1 + i])], level)
        return payoffs[a][i] + found.fun if found.status == 0 else np.inf

    least = {a: [lowest(i, a, (0, None)) for i in range(n)] for a in programs}
    kept = [a for a in programs if max(least[a]) < np.inf]
    best, scale = -1.0, delta / (1 - delta)
    by_role = [[(payoffs[a].sum() if not r else -least[a][r - 1], a) for a in kept] for r in range(1 + n)]
    for choice in sorted(product(*by_role), key=lambda c: -sum(b for b, _ in c)):
        chosen, bound = [a for _, a in choice], scale * sum(b for b, _ in choice)
        if bound <= best + 1e-11 or bound < -1e-9:
            break
        own = [-delta * np.kron(signal[a], view) for a, view in zip(chosen, views, strict=True)]
        fixed = delta * sum(payoffs[a] @ view for a, view in zip(chosen, views, strict=True))
        row = np.concatenate([[1.0], *own])
        found = solve(chosen, [-1.0, *[0.0] * (len(row) - 1)], (0, None), (row, fixed + 1e-12))
        best = max(best, -found.fun) if found.status == 0 else best
    if best < -1e-9:
        return None
    level = (best * (1 + 1e-12) + 1e-12,) * 2
    threats = [min(lowest(i, a, level) for a in kept) for i in range(n)]
    return sum(threats) + best / scale, threats
