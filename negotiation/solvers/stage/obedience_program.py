"""The linear program of correlated equilibrium: best distributions over profiles that obey recommendations.

A distribution p over action profiles is a correlated equilibrium (Aumann 1974, 1987) when for every player i,
recommended action a and other action b

    sum over s of p(a, s) (u_i(b, s) - u_i(a, s)) <= 0,      s the others' profile.

These are linear in p, so a linear function of p is maximised by linear programming (HiGHS, on payoffs scaled
into [0, 1]). Multipliers y >= 0 of the constraints prove an upper bound whatever solver found them: no
equilibrium exceeds the largest, over profiles, of the objective less the y-weighted gains.

Cost: a program with prod n_i variables, sum n_i (n_i - 1) rows and prod n_i times sum (n_i - 1) entries.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from negotiation.errors import SizeLimit
from negotiation.games import StageGame
from negotiation.numeric import FloatArray
from negotiation.solvers.stage.numerics import NUMERICS
from negotiation.solvers.stage.unit_payoffs import UnitPayoffs, unit_payoffs

if TYPE_CHECKING:
    from scipy.sparse import csr_array


@dataclass(frozen=True, eq=False)
class Optimum:
    """What one run of the program gives, in shares.

    Parameters
    ----------
    distribution : array, shape (n_1, ..., n_N), or None
        The best distribution; `None` where the program failed.
    value, bound : float
        The objective there, and the bound that the multipliers prove.
    message : str
        What the linear programming code said.
    """

    distribution: FloatArray | None
    value: float
    bound: float
    message: str


class ObedienceProgram:
    """The obedience constraints of a game, to be run with one objective after another.

    Parameters
    ----------
    stage : StageGame
        A game with any number of players.

    Raises
    ------
    SizeLimit
        If the constraints would have more than `NUMERICS.most_obedience_entries` entries.

    Examples
    --------
    >>> chicken = StageGame.from_matrices([[6, 2], [7, 0]], [[6, 7], [2, 0]])
    >>> round(ObedienceProgram(chicken).run(np.array([1.0, 1.0])).value * 8, 9)
    10.5
    """

    def __init__(self, stage: StageGame) -> None:
        self.counts = stage.n_actions
        entries = prod(self.counts) * sum(n - 1 for n in self.counts)
        if entries > NUMERICS.most_obedience_entries:
            raise SizeLimit(
                f"the program has {entries} entries; at most {NUMERICS.most_obedience_entries} are taken. "
                "Remove dominated actions first (iterated_elimination)"
            )
        self.unit: UnitPayoffs = unit_payoffs(stage)
        self.constraints = _constraints(self.unit.shares)

    def run(self, weights: FloatArray) -> Optimum:
        """Return a best distribution for the sum over players of weight times share of payoff."""
        from scipy.optimize import linprog

        size = prod(self.counts)
        objective = self.unit.shares.reshape(size, -1) @ weights
        rows = self.constraints
        answer = linprog(  # type: ignore[call-overload]  # its stubs know only dense constraints
            -objective,
            A_ub=rows if rows.shape[0] else None,
            b_ub=np.zeros(rows.shape[0]) if rows.shape[0] else None,
            A_eq=np.ones((1, size)),
            b_eq=[1.0],
            bounds=(0.0, None),
            method="highs",
            options={
                "primal_feasibility_tolerance": NUMERICS.feasibility,
                "dual_feasibility_tolerance": NUMERICS.feasibility,
            },
        )
        if answer.x is None:
            return Optimum(None, -np.inf, np.inf, str(answer.message))
        found = np.asarray(answer.x, dtype=np.float64)
        found = np.where(found < NUMERICS.no_probability, 0.0, found)
        found = found / found.sum()
        bound = float(objective.max())
        if rows.shape[0]:
            multipliers = np.clip(-np.asarray(answer.ineqlin.marginals, dtype=np.float64), 0.0, None)
            bound = min(bound, float((objective - rows.T @ multipliers).max()))
        return Optimum(found.reshape(self.counts), float(objective @ found), bound, str(answer.message))


def _constraints(shares: FloatArray) -> csr_array:
    """Return the gains from disobeying, a row for each player, recommendation and other action."""
    from scipy.sparse import csr_array

    counts = shares.shape[:-1]
    positions = np.arange(prod(counts)).reshape(counts)
    values: list[FloatArray] = []
    columns: list[npt.NDArray[np.intp]] = []
    for i, n in enumerate(counts):
        own = np.moveaxis(shares[..., i], i, 0).reshape(n, -1)
        place = np.moveaxis(positions, i, 0).reshape(n, -1)
        for a in range(n):
            for b in range(n):
                if b != a:
                    values.append(own[b] - own[a])
                    columns.append(place[a])
    ends = np.cumsum([0, *(len(part) for part in columns)])
    if not columns:
        return csr_array((0, prod(counts)))
    return csr_array(
        (np.concatenate(values), np.concatenate(columns), ends), shape=(len(columns), prod(counts))
    )


def disobedience_gains(shares: FloatArray, distribution: FloatArray) -> FloatArray:
    """Return each player's largest gain from disobeying one recommendation, weighted by its probability.

    Shares no code with the program: for each player the expected payoff of playing b when a is recommended
    is one matrix product.

    Parameters
    ----------
    shares : array, shape (n_1, ..., n_N, N)
        Payoffs.
    distribution : array, shape (n_1, ..., n_N)
        Probabilities of the profiles.

    Returns
    -------
    array, shape (N,)
        At most 0 in a correlated equilibrium; minus infinity for a player with one action.

    Examples
    --------
    >>> chicken = StageGame.from_matrices([[6, 2], [7, 0]], [[6, 7], [2, 0]])
    >>> disobedience_gains(chicken.payoffs, np.array([[0.5, 0.25], [0.25, 0.0]])).tolist()
    [0.0, 0.0]
    """
    gains = np.full(distribution.ndim, -np.inf)
    for i, n in enumerate(distribution.shape):
        recommended = np.moveaxis(distribution, i, 0).reshape(n, -1)
        own = np.moveaxis(shares[..., i], i, 0).reshape(n, -1)
        paid = recommended @ own.T
        excess = paid - np.diag(paid)[:, None]
        if n > 1:
            gains[i] = excess[~np.eye(n, dtype=bool)].max()
    return gains
