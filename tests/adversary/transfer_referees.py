"""Slow plain programs for repeated games with transfers, of any number of players."""

from fractions import Fraction
from itertools import product

import numpy as np
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
    roles, k, least = range(1 + n), y * n, {}
    sums = np.kron(np.eye(y), np.ones(n))
    programs = {a: _kept_up(payoffs, signal, a, room) for a in product(*map(range, payoffs.shape[:-1]))}

    def costs(role: int, a: tuple) -> np.ndarray:
        """Return what a payment adds to what a role is about: all of them, or a player's, with a minus."""
        weights = np.zeros(n) - np.eye(n)[role - 1] if role else np.ones(n)
        return np.kron(signal[a], weights)

    def lowest(i: int, a: tuple, liquidity: float | None) -> float | None:
        rows, right = programs[a]
        if liquidity is not None:
            rows, right = np.vstack([rows, sums]), [*right, *[liquidity * (1 + 1e-12) + 1e-12] * y]
        found = linprog(
            -costs(1 + i, a),
            A_ub=rows if len(rows) else None,
            b_ub=right if len(rows) else None,
            options=FINE,
        )
        return payoffs[a][i] + found.fun if found.status == 0 else None

    for a in programs:
        bounds = [lowest(i, a, None) for i in range(n)]
        if None not in bounds:
            least[a] = bounds
    if not least:
        return None
    by_role = [[(payoffs[a].sum() if not r else -least[a][r - 1], a) for a in least] for r in roles]
    choices = sorted(
        ((delta * sum(b for b, _ in c) / (1 - delta), [a for _, a in c]) for c in product(*by_role)),
        key=lambda c: -c[0],
    )
    best = -1.0
    for bound, chosen in choices:
        if bound <= best + 1e-11 or bound < -1e-9:
            break
        rows, right = [], []
        whole, fixed = [np.array([1.0])], 0.0
        for r, a in enumerate(chosen):
            there, limits = programs[a]
            wide = np.zeros((len(there) + y, 1 + k * len(roles)))
            wide[:, 1 + r * k : 1 + (r + 1) * k] = np.vstack([there, sums])
            wide[len(there) :, 0] = -1.0
            rows.append(wide)
            right += [*limits, *[0.0] * y]
            whole.append(-delta * costs(r, a))
            fixed += delta * (payoffs[a].sum() if not r else -payoffs[a][r - 1])
        rows.append(np.concatenate(whole)[None])
        found = linprog(
            [-1.0, *[0.0] * (k * len(roles))],
            A_ub=np.vstack(rows),
            b_ub=[*right, fixed + 1e-12],
            options=FINE,
        )
        if found.status == 0:
            best = max(best, -found.fun)
    if best < -1e-9:
        return None
    at = [[v for a in least if (v := lowest(i, a, best)) is not None] for i in range(n)]
    threats = [min(values) for values in at]
    return sum(threats) + (1 - delta) * best / delta, threats
