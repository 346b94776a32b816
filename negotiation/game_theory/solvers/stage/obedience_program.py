"""The linear program of correlated equilibrium: best distributions over profiles that obey recommendations.

A distribution p over action profiles is a correlated equilibrium (Aumann 1974, 1987) when for every player i,
recommended action a and other action b

    sum over s of p(a, s) (u_i(b, s) - u_i(a, s)) <= 0,      s the others' profile.

These constraints are linear in p, so a linear function of p is maximised by linear programming. HiGHS runs on
payoffs in shares of each player's own range and proposes a basis. The basis is solved in whole numbers, for
the game that `rational_game.py` reads from the payoffs (integers and `Fraction` exactly). It is accepted if
the signs of the primal and dual solutions prove that it is optimal (`game_theory/exact/optimal_bases.py`). If
the program is too large for that, multipliers y >= 0 still bound the objective, up to rounding: by the
largest value, over profiles, of the objective less the y-weighted gains.

Cost: a program with prod n_i variables, sum n_i (n_i - 1) rows and prod n_i times sum (n_i - 1) entries.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import permutations
from math import lcm, prod
from typing import TYPE_CHECKING

import numpy as np

from negotiation.base.numeric import FloatArray, IntArray, NumberArray, read_only
from negotiation.errors import SizeLimit
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.linear_programs import SmallProgram
from negotiation.game_theory.solvers.nash.rational_game import player_integers
from negotiation.game_theory.solvers.stage.numerics import NUMERICS

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from negotiation.game_theory.exact.optimal_bases import Basis, BasisSolution, WholeProgram


@dataclass(frozen=True, eq=False)
class Optimum:
    """The result of one run of the program, with payoffs as shares of each player's range."""

    # (n_1, ..., n_N): the best distribution; `None` if the program failed.
    distribution: FloatArray | None
    # Each player's expected payoff there, as a share of the player's range; empty if the program failed.
    shares: list[Fraction]
    # value, bound: the objective there, and its upper bound over all correlated equilibria.
    value: float
    bound: float
    # Why the optimum is not proven in whole numbers, or why the program failed; empty if it is proven.
    doubt: str


class ObedienceProgram:
    """The obedience constraints of a game, for any number of objectives.

    Examples
    --------
    >>> chicken = StageGame.from_matrices([[6, 2], [7, 0]], [[6, 7], [2, 0]])
    >>> optimum = ObedienceProgram(chicken).run([1, 1])
    >>> optimum.value, [str(share) for share in optimum.shares]
    (1.5, ['3/4', '3/4'])
    """

    def __init__(self, stage: StageGame) -> None:
        self.counts = stage.n_actions
        self.entries = prod(self.counts) * sum(n - 1 for n in self.counts)
        if self.entries > NUMERICS.most_obedience_entries:
            raise SizeLimit(
                f"the linear program of correlated equilibrium has {self.entries:,} entries; at most "
                f"{NUMERICS.most_obedience_entries:,} are allowed. Remove dominated actions first, with "
                "`iterated_elimination`"
            )
        whole = [player_integers(stage, i) for i in range(stage.n_players)]
        self.whole = np.array(whole, dtype=object).reshape(stage.n_players, *self.counts) - 1
        self.greatest: list[int] = self.whole.reshape(stage.n_players, -1).max(axis=1).tolist()
        self.low, self.range = _ranges(stage, self.greatest)
        shares = [player / (most or 1) for player, most in zip(self.whole, self.greatest, strict=True)]
        self.shares: FloatArray = np.stack(shares, axis=-1).astype(np.float64)
        read_only(self.shares)
        self.constraints = _constraints(self.shares)

    def payoff(self, player: int, share: Fraction) -> float:
        """Return a share of the range of the player at this position as a payoff."""
        return nearest_float(self.low[player] + self.range[player] * share)

    def run(self, weights: Sequence[Fraction | float], *, leeway: float = 0.0) -> Optimum:
        """Return an optimal distribution for the sum over players of weight times share of payoff.

        With a `leeway`, the objective may fall short of the optimum by that share of the largest weight,
        which is faster if several distributions are nearly optimal.
        """
        exact = [Fraction(weight) for weight in weights]
        size = max(abs(weight) for weight in exact) or Fraction(1)
        # Weights of at most 1 in size, whatever their unit.
        exact = [weight / size for weight in exact]
        objective = self.shares.reshape(-1, len(exact)) @ np.array([float(weight) for weight in exact])
        optimum = self._linear_program.maximum(objective)
        point = optimum[1] if optimum is not None and np.isfinite(optimum[0]) else None
        small = self.entries <= NUMERICS.most_proven_entries
        # Doubles propose a basis, whole numbers prove it: the answer is that of the exact game.
        proven, gap = self._proven(exact, leeway, point is not None) if small else (None, Fraction(0))
        if proven is None:
            if point is None:
                return Optimum(None, [], -np.inf, np.inf, "linear programming failed: it found no optimum")
            doubt = "the basis that linear programming found is not proven best in whole numbers"
            if not small:
                doubt = f"the program has {self.entries} entries, too many to be solved in whole numbers"
            return self._unproven(point, objective, size, doubt)
        distribution = np.zeros(prod(self.counts))
        for profile, weight in proven.point.items():
            distribution[profile] = weight / proven.point_denominator
        shares = [
            Fraction(
                sum(whole[profile] * weight for profile, weight in proven.point.items()),
                (most or 1) * proven.point_denominator,
            )
            for whole, most in zip(self.whole.reshape(len(exact), -1), self.greatest, strict=True)
        ]
        total = sum((w * share for w, share in zip(exact, shares, strict=True)), Fraction(0))
        value, bound = nearest_float(size * total), nearest_float(size * (total + gap))
        return Optimum(distribution.reshape(self.counts), shares, value, bound, "")

    def _unproven(self, point: FloatArray, objective: FloatArray, size: Fraction, doubt: str) -> Optimum:
        chances = np.where(point < NUMERICS.no_probability, 0.0, point)
        chances = chances / chances.sum()
        means = chances @ self.shares.reshape(len(chances), -1)
        # Any multipliers that are not negative bound the objective: weak duality, up to the rounding of the
        # sum.
        multipliers = np.clip(self._linear_program.multipliers()[:-1], 0.0, None)
        bound = float((objective - self.constraints.T @ multipliers).max())
        shares = [Fraction(float(mean)) for mean in means]
        value, bound = (nearest_float(size * Fraction(x)) for x in (float(objective @ chances), bound))
        return Optimum(chances.reshape(self.counts), shares, value, bound, doubt)

    @cached_property
    def _linear_program(self) -> SmallProgram:
        from scipy.sparse import csr_array

        obey = self.constraints
        rows, size = obey.shape
        parts = (
            np.append(obey.data, np.ones(size)),
            np.append(obey.indices, np.arange(size)),
            np.append(obey.indptr, obey.nnz + size),
        )
        program = SmallProgram(csr_array(parts, shape=(rows + 1, size)))
        program.set_rows(np.append(np.full(rows, -np.inf), 1.0), np.append(np.zeros(rows), 1.0))
        return program

    @cached_property
    def _whole_rows(self) -> list[dict[int, int]]:
        """The obedience constraints in whole numbers, then the sum of probabilities; entries by profile."""
        rows = [
            dict(zip(places.tolist(), gains.tolist(), strict=True))
            for places, gains in _obedience(self.whole)
        ]
        return [*rows, dict.fromkeys(range(prod(self.counts)), 1)]

    def _proven(
        self, weights: list[Fraction], leeway: float, proposed: bool
    ) -> tuple[BasisSolution | None, Fraction]:
        """Return an optimum, proven in whole numbers, or None, and a bound on its distance from the best.

        If linear programming `proposed` no basis, exact pivots begin at the first profile.
        """
        from negotiation.game_theory.exact.optimal_bases import Basis, WholeProgram, proven_optimum

        # A positive multiple of the objective in whole numbers changes neither basis nor signs.
        units = [weight / (most or 1) for weight, most in zip(weights, self.greatest, strict=True)]
        common = lcm(*(unit.denominator for unit in units))
        objective = sum(
            (int(unit * common) * whole for unit, whole in zip(units, self.whole, strict=True)),
            np.zeros(self.counts, dtype=object),
        )
        rows = self._whole_rows
        program: WholeProgram = WholeProgram(
            rows, [0] * (len(rows) - 1) + [1], frozenset((len(rows) - 1,)), objective.ravel().tolist()
        )
        anywhere = Basis((0,), (len(rows) - 1,))
        basis = Basis(*self._linear_program.basis()) if proposed else anywhere
        if leeway:
            near, gap = _nearly_best(program, basis)
            if near is not None and gap / common <= leeway:
                return near, gap / common
        return proven_optimum(program, basis) or proven_optimum(program, anywhere), Fraction(0)


def _nearly_best(program: WholeProgram, basis: Basis) -> tuple[BasisSolution | None, Fraction]:
    """Return the point of a basis, or None if it is not feasible, and a bound on its loss to the optimum.

    Probabilities sum to 1. So for any multipliers y >= 0 of the obedience constraints A, no distribution has
    an objective above the largest entry of c - y A.
    """
    from negotiation.game_theory.exact.optimal_bases import basis_solution, is_feasible, shortfalls

    vertex = basis_solution(program, basis)
    if vertex is None or not is_feasible(program, vertex):
        return None, Fraction(0)
    multipliers = {r: y for r, y in vertex.multipliers.items() if y > 0 and r not in program.equal}
    most = max(shortfalls(program, multipliers, vertex.multiplier_denominator))
    return vertex, Fraction(most, vertex.multiplier_denominator) - vertex.value(program)


def nearest_float(number: Fraction) -> float:
    """Return the float that is nearest to a number; infinite if it is beyond the range of floats."""
    try:
        return float(number)
    except OverflowError:
        return np.inf if number > 0 else -np.inf


def _ranges(stage: StageGame, greatest: list[int]) -> tuple[list[Fraction], list[Fraction]]:
    """Return each player's least payoff and the distance to the greatest, 0 where payoffs are constant."""
    given = np.moveaxis(stage.given_payoffs(), -1, 0)
    low, high = ([Fraction(bound(own)) for own in given] for bound in (np.min, np.max))
    return low, [b - a if most else Fraction(0) for a, b, most in zip(low, high, greatest, strict=True)]


def _obedience(payoffs: Iterable[NumberArray]) -> Iterator[tuple[IntArray, NumberArray]]:
    """Yield the profiles and gains of each constraint: by player, recommended action and other action.

    Shapes: each of `payoffs` (n_1, ..., n_N); yields positions of profiles and gains, both of shape (profiles
    of the others,).
    """
    for i, own in enumerate(payoffs):
        by_action = np.moveaxis(own, i, 0).reshape(own.shape[i], -1)
        places = np.moveaxis(np.arange(own.size).reshape(own.shape), i, 0).reshape(by_action.shape)
        for a, b in permutations(range(len(by_action)), 2):
            yield places[a], by_action[b] - by_action[a]


def _constraints(shares: FloatArray) -> csr_array:
    """Return the gains from disobeying, with one row per player, recommendation and other action."""
    from scipy.sparse import csr_array

    rows = list(_obedience(np.moveaxis(shares, -1, 0)))
    shape = (len(rows), shares[..., 0].size)
    if not rows:
        return csr_array(shape)
    columns, values = (np.concatenate(parts) for parts in zip(*rows, strict=True))
    return csr_array((values, columns, np.cumsum([0, *(len(places) for places, _ in rows)])), shape=shape)


def disobedience_gains(shares: FloatArray, distribution: FloatArray) -> FloatArray:
    """Return each player's largest gain from disobeying one recommendation, weighted by its probability.

    The gain is -inf for a player with one action. The function shares no code with the program: one matrix
    product gives a player's expected payoffs of playing b when a is recommended, for all a and b.

    Shapes: `shares` (n_1, ..., n_N, N), `distribution` (n_1, ..., n_N); returns (N,).

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
