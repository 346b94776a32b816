"""Newton's method and policy iteration on the equations of a game in continuous time.

Policy iteration (Howard 1960) fixes the choices, computes their values from a sparse linear system that
differs between players only in the discount rate, and chooses again. With one player it is Newton's method.
With several players the derivative of the other players' choices is added to the system, so that convergence
is quadratic near an equilibrium. Systems are solved by GMRES, to a share of the residual that falls with it
(Dembo, Eisenstat and Steihaug 1982), and by a sparse factorisation if GMRES stalls. Under pure strategies
play often passes each state at most once. With states in the order of the strong components of play (Tarjan
1972), the system is then block triangular, and is solved backwards from the states that play reaches last.
Cost: some passes through the options for each system.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_array, csc_array
from scipy.sparse.linalg import splu

from negotiation.base.numeric import FloatArray
from negotiation.errors import InvalidRate
from negotiation.game_theory.solvers.continuous.kernels.equations import (
    Chances,
    Moves,
    Slope,
    choose,
    differentiate,
    follow,
    residuals,
)
from negotiation.game_theory.solvers.continuous.kernels.krylov import Limits, gmres
from negotiation.game_theory.solvers.continuous.kernels.order import components, rates_of, substituted
from negotiation.game_theory.solvers.continuous.numerics import NUMERICS
from negotiation.game_theory.solvers.continuous.units import InUnits


def in_order(moves: Moves, chances: FloatArray) -> Callable[[FloatArray], FloatArray] | None:
    """Return a solver of the system of values of given play, or None if play mixes much or has large cycles.

    Shapes: `chances` (K,).
    """
    taken = np.flatnonzero(chances)
    if len(moves.flows) > NUMERICS.direct and len(taken) > NUMERICS.most_taken * len(chances):
        return None
    play = rates_of(moves, chances)
    order, starts = components(play)
    if np.diff(starts).max() > NUMERICS.direct:
        return None

    def solved(right: FloatArray) -> FloatArray:
        """Return the solution for one right-hand side per player, shape (S, N)."""
        solutions: FloatArray = substituted(play, order, starts, moves.discount_rates, right)
        return solutions

    return solved


class Point(NamedTuple):
    """Values in units, the choices at them, and the residual of the equations."""

    # (S, N): in units of each player's flows.
    values: FloatArray
    choices: Chances
    # Largest difference between the two sides of an equation.
    residual: float
    # Number of linear systems that were solved.
    steps: int = 0


class Equations:
    """The equations of a game in units, with working arrays; `gaps` (S, N) has the last residuals."""

    def __init__(self, setting: InUnits) -> None:
        self.setting = setting
        self.moves: Moves = setting.moves
        self.slope: Slope = setting.no_slope()
        self.gaps: FloatArray = np.empty(self.moves.flows.shape)
        self.steps = 0
        leaves = self.moves.rates.sum(axis=0)
        sources = np.repeat(np.arange(len(leaves)), np.diff(self.moves.nature_indptr))
        np.add.at(leaves, sources, self.moves.nature_rates)
        # Largest total rate of moves and discounting, by which a rounding of a value changes a residual.
        self.speed = float(leaves.max(initial=0.0) + self.moves.discount_rates.max())

    def point(self, values: FloatArray, share: float = 1.0) -> Point:
        """Return values with their choices and largest residual; `share` scales payoffs. Fills `gaps`."""
        choices = self.setting.no_choices()
        choose(self.moves, share, values, choices)
        return Point(values, choices, float(residuals(self.moves, share, values, choices, self.gaps)))

    def accepts(self, point: Point, least: float = NUMERICS.accepted) -> bool:
        """Return whether the residual is at most `least`, or as small as the rounding of values allows."""
        digits = NUMERICS.roundings * self.speed * float(np.spacing(abs(point.values).max()))
        return point.residual <= max(least, min(digits, NUMERICS.most_rounded))

    def size(self, values: FloatArray) -> FloatArray:
        """Return the largest size of the values and option payoffs of each player, shape (N,)."""
        size: FloatArray = abs(values).max(axis=0)
        game = self.setting.game
        paid = [
            abs(rows.payoffs).max() / game.units[owner]
            for rows, owner in zip(game.options, game.owners, strict=True)
        ]
        np.maximum.at(size, self.moves.owners, paid)
        return size

    def bounds(self, values: FloatArray) -> FloatArray:
        """Return bounds on the residuals in `gaps` by player, including rounding, shape (N,)."""
        moves = self.moves
        counts = np.diff(moves.nature_indptr) + np.diff(moves.indptr).reshape(-1, len(values)).sum(axis=0)
        flows = abs(moves.flows).max(axis=0)
        # Each term of a residual and their sum are rounded.
        eps = float(np.finfo(np.float64).eps)
        rounded = (counts.max() + 8) * eps * (3.0 * self.speed * self.size(values) + flows)
        error_bounds: FloatArray = abs(self.gaps).max(axis=0) + rounded
        return error_bounds

    def valued(self, chances: FloatArray, share: float = 1.0, *, shocks: bool = True) -> FloatArray:
        """Return the values of given choice probabilities, in units, shape (S, N).

        With `shocks`, values include the expected shocks of logit choices with these probabilities. `share`
        scales payoffs.

        Shapes: `chances` (K,).
        """
        values = np.zeros(self.moves.flows.shape)
        choices = Chances(chances, np.empty(self.moves.rates.shape))
        before, ordered = np.inf, in_order(self.moves, chances)
        while True:
            follow(self.moves, share, values, shocks, choices)
            residual = float(residuals(self.moves, share, values, choices, self.gaps))
            if residual <= NUMERICS.solved or not residual < before / 2.0:
                return values
            # Elimination leaves only the rounding of the equations. The other systems are solved again for
            # the residuals that the first solution left.
            before = residual if ordered is None else 0.0
            with self._told():
                if ordered is not None:
                    values = -ordered(self.gaps)
                else:
                    values = values + self.step(values, choices, reply=False, left=NUMERICS.finest)

    def polished(self, point: Point) -> Point:
        """Return a solution refined by policy iteration with direct elimination, if the game is small."""
        last, moved = point, len(point.values) <= NUMERICS.direct
        for _ in range(NUMERICS.most_stalls if moved else 0):
            after = self.point(self.valued(last.choices.chances))
            moved = bool(abs(after.choices.chances - last.choices.chances).max(initial=0.0) > NUMERICS.same)
            last = after
            if not moved:
                break
        return last if not moved and self.accepts(last) else point

    def step(self, values: FloatArray, choices: Chances, *, reply: bool, left: float) -> FloatArray:
        """Return the step that removes the residuals in `gaps`, up to the share `left`, shape (S, N)."""
        differentiate(self.moves, values, choices, reply, self.slope)
        size = values.size
        if size > NUMERICS.direct:
            update = np.empty(values.shape)
            limits = Limits(left, NUMERICS.basis, NUMERICS.most_steps)
            remains, steps = gmres(self.moves, self.slope, reply, -self.gaps, limits, update)
            self.steps += steps
            if remains <= left or size > NUMERICS.most_factorised:
                return update
        matrix = self._matrix(reply)
        with self._told():
            if size <= NUMERICS.direct:
                solved: FloatArray = np.linalg.solve(matrix.toarray(), -self.gaps.ravel())
            else:
                solved = splu(csc_array(matrix)).solve(-self.gaps.ravel())
        return solved.reshape(values.shape)

    def jacobian(self, point: Point) -> coo_array:
        """Return the derivative of the residuals at a point, including replies, shape (S N, S N)."""
        differentiate(self.moves, point.values, point.choices, True, self.slope)
        return self._matrix(reply=True)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Raise `InvalidRate`, with the rates, if a linear system is singular in double precision."""
        try:
            yield
        except (np.linalg.LinAlgError, RuntimeError):
            raise InvalidRate(
                f"moves occur at rates up to {self.speed:g} a year, and the lowest discount rate is "
                f"{self.moves.discount_rates.min():g}; double precision cannot resolve values at such "
                "different rates. Bring the rates closer together"
            ) from None

    def _matrix(self, reply: bool) -> coo_array:
        """Return the derivative in `slope` as a sparse matrix; player i in state s is unknown s N + i."""
        moves, slope = self.moves, self.slope
        n_states, n_players = moves.flows.shape
        blocks = np.repeat(np.arange(len(moves.indptr) - 1), np.diff(moves.indptr))
        sources, owners = blocks % n_states, moves.owners[blocks // n_states]
        nature = np.repeat(np.arange(n_states), np.diff(moves.nature_indptr))
        unknowns = np.arange(n_states * n_players)
        rows, columns, entries = [unknowns], [unknowns], [slope.diagonal.ravel()]
        for i in range(n_players):
            rows += [sources * n_players + i, nature * n_players + i]
            columns += [moves.targets * n_players + i, moves.nature_targets * n_players + i]
            entries += [-slope.carried, -moves.nature_rates]
            if reply:
                rows.append(sources * n_players + i)
                columns.append(moves.targets * n_players + owners)
                entries.append(-slope.replies[:, i])
        place = (np.concatenate(rows), np.concatenate(columns))
        return coo_array((np.concatenate(entries), place), shape=(len(unknowns), len(unknowns)))


def newton(
    equations: Equations,
    values: FloatArray,
    share: float = 1.0,
    solved: float = NUMERICS.solved,
    most: int = NUMERICS.newton_steps,
) -> Point:
    """Return the best point of Newton's method from given values; its residual shows if it is a solution.

    `share` scales payoffs, `solved` is the residual at which to stop, and `most` the largest number of steps.

    Shapes: `values` (S, N).
    """
    point, steps, stalls = equations.point(values, share), 0, 0
    best = point
    while point.residual > solved and steps < most and stalls <= NUMERICS.most_stalls:
        gaps = equations.gaps.copy()
        # No more accurate than the next residual is expected to be, nor than the goal requires.
        left = max(min(NUMERICS.coarsest, point.residual / 10.0), solved / (10.0 * point.residual))
        left = min(NUMERICS.coarsest, max(NUMERICS.finest, left))
        step = equations.step(point.values, point.choices, reply=True, left=left)
        steps += 1
        length, after = 1.0, equations.point(point.values + step, share)
        for _ in range(NUMERICS.halvings):
            if after.residual <= NUMERICS.least_fall * point.residual:
                break
            length /= 2.0
            after = equations.point(point.values + length * step, share)
        if after.residual > NUMERICS.least_fall * point.residual:
            if equations.accepts(point):
                break  # rounding keeps it from falling further
            equations.gaps[:] = gaps
            step = equations.step(point.values, point.choices, reply=False, left=left)
            steps, stalls = steps + 1, stalls + 1
            after = equations.point(point.values + step, share)
        else:
            stalls = 0
        point = after
        if point.residual < best.residual:
            best = point
    return best._replace(steps=steps)
