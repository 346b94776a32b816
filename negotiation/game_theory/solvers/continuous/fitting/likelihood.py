"""The log likelihood of a record at an equilibrium of a factory's game along one branch, and its gradient.

The gradient goes through the equilibrium by the implicit function theorem. The values solve F(v, theta) = 0,
so that dv = -A^-1 dF with A the derivative of the *whole* fixed point, in which others' choices answer to
their own values. A is factorised once and solved for each parameter: next to the factors a solve is cheap, it
gives derivatives path by path, and with them a sandwich, at no further cost. The filter, whose cost would be
multiplied by the parameters, is gone through backwards (`filtering.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.errors import InvalidGame, NegotiationError
from negotiation.game_theory.games.continuous_time import ContinuousTimeGame
from negotiation.game_theory.solutions.continuous_equilibrium import ContinuousEquilibrium
from negotiation.game_theory.solvers.continuous.fitting.arrays import (
    Factory,
    GameArrays,
    array_derivatives,
    game_at,
)
from negotiation.game_theory.solvers.continuous.fitting.filtering import Quiet, Rates, backward, forward
from negotiation.game_theory.solvers.continuous.fitting.pieces import blocks_of, shows_of
from negotiation.game_theory.solvers.continuous.fitting.records import Path
from negotiation.game_theory.solvers.continuous.newton import Equations, Point, newton
from negotiation.game_theory.solvers.continuous.numerics import NUMERICS
from negotiation.game_theory.solvers.continuous.units import in_units


class Intensities(NamedTuple):
    """How often a year each option is taken and nature moves, and how that answers to parameters."""

    # (K + Q,): options of all makers first, then nature.
    rates: FloatArray
    # (K + Q, P)
    slopes: FloatArray


def intensities(equations: Equations, point: Point) -> FloatArray:
    """Return how often a year each option is taken and nature moves, shape (K + Q,)."""
    moves = equations.moves
    taken = np.repeat(moves.rates.ravel(), np.diff(moves.indptr)) * point.choices.chances
    return np.concatenate([taken, moves.nature_rates])


def sensitivities(equations: Equations, point: Point, derivatives: GameArrays) -> Intensities:
    """Return intensities at an equilibrium and their derivatives in the parameters.

    Shapes: those of `GameArrays`, with P parameters on the last axis, in each player's own units.
    """
    moves, values, chances = equations.moves, point.values, point.choices.chances
    n_states, units = len(values), equations.setting.game.units
    sizes = np.diff(moves.indptr)
    blocks = np.repeat(np.arange(len(sizes)), sizes)
    sources, makers = blocks % n_states, blocks // n_states
    owners, starts = moves.owners[makers], moves.indptr[:-1]
    # Everything in units of each player, which parameters do not move: the equations hold in any.
    flows = derivatives.flows / units[:, None]
    payoffs = derivatives.payoffs / units[owners][:, None]
    precisions = derivatives.precisions * units[moves.owners][:, None]
    speed = derivatives.rates.reshape(len(sizes), flows.shape[-1])
    worth = moves.payoffs + values[moves.targets, owners]

    def mean(x: FloatArray) -> FloatArray:
        """Return the expectation over each maker's options in each state."""
        weighted = chances[:, None] * x
        found: FloatArray = np.add.reduceat(weighted, starts) if len(starts) else weighted
        return found

    def tilt(lift: FloatArray) -> FloatArray:
        """Return how probabilities answer where options are lifted so much, precisions as they are moved."""
        rise = moves.precisions[makers][:, None] * lift + worth[:, None] * precisions[makers]
        found: FloatArray = chances[:, None] * (rise - mean(rise)[blocks])
        return found

    gap = derivatives.discount_rates * values[:, :, None] - flows
    heads, goals = np.repeat(np.arange(n_states), np.diff(moves.nature_indptr)), moves.nature_targets
    np.add.at(gap, heads, -derivatives.nature[:, None, :] * (values[goals] - values[heads])[:, :, None])
    # (1 / mu) log sum exp(mu x) moves by sum sigma dpsi, and by (sum sigma x - itself) / mu as mu does.
    own = point.choices.worth.ravel()
    block_states, block_makers = np.arange(len(sizes)) % n_states, np.arange(len(sizes)) // n_states
    block_owners, sharp = moves.owners[block_makers], moves.precisions[block_makers]
    dull = (mean(worth[:, None])[:, 0] - own) / sharp
    gained = (own - values[block_states, block_owners])[:, None] * speed + moves.rates.ravel()[:, None] * (
        mean(payoffs) + dull[:, None] * precisions[block_makers]
    )
    np.add.at(gap, (block_states, block_owners), -gained)
    flow = (chances[:, None] * speed[blocks]) + moves.rates.ravel()[blocks][:, None] * tilt(payoffs)
    for i in range(values.shape[1]):
        brought = flow * (values[moves.targets, i] - values[sources, i])[:, None]
        np.subtract.at(gap[:, i], sources[owners != i], brought[owners != i])
    lift = _solved(equations, point, gap)
    slopes = (chances[:, None] * speed[blocks]) + moves.rates.ravel()[blocks][:, None] * tilt(
        payoffs + lift[moves.targets, owners]
    )
    return Intensities(intensities(equations, point), np.concatenate([slopes, derivatives.nature]))


def _solved(equations: Equations, point: Point, gap: FloatArray) -> FloatArray:
    """Return how values answer, -A^-1 dF, or refuse a derivative that is next to singular.

    Shapes: `gap` (S, N, P).
    """

    def solve(right: FloatArray) -> FloatArray:
        """Return -A^-1 of what is given."""
        equations.gaps[:] = right
        return equations.step(point.values, point.choices, reply=True, left=NUMERICS.finest)

    # A single player's system has at least this; a fold, or a switch of branch, brings it to zero.
    least = NUMERICS.near_fold * float(equations.moves.discount_rates.min()) / np.sqrt(point.values.size)
    if point.values.size <= NUMERICS.direct:
        matrix = equations.jacobian(point).toarray()
        size = float(np.linalg.svd(matrix, compute_uv=False)[-1])
        right = -gap.reshape(len(matrix), -1)
        found = (np.linalg.solve(matrix, right) if size >= least else right).reshape(gap.shape)
    else:
        found = np.stack([solve(gap[..., p]) for p in range(gap.shape[-1])], axis=-1)
        # Inverse iteration from what the parameters bring, which is one step of it, bounds it from above.
        size, x = np.inf, found.sum(axis=-1)
        for _ in range(NUMERICS.inverse_steps if x.any() else 0):
            x = x / np.linalg.norm(x)
            x, before = solve(x), x
            size = min(size, float(np.linalg.norm(before) / np.linalg.norm(x)))
    if not size >= least:
        raise InvalidGame(
            "the equilibrium is next to a fold or to a switch of branch: the least singular value of its "
            f"equations is {size:.2g}, below {least:.2g}, and no derivative can be had there. Move the "
            "parameters, or take a lower precision"
        )
    return found


@dataclass(frozen=True, eq=False)
class At:
    """An equilibrium at some parameters, and the log likelihood there."""

    # (P,)
    theta: FloatArray
    equations: Equations
    point: Point
    value: float

    @property
    def game(self) -> ContinuousTimeGame:
        """The game at these parameters."""
        return self.equations.setting.game

    @property
    def near(self) -> FloatArray:
        """Values in each player's own payoffs, less what the middle of the flows is worth, (S, N)."""
        values: FloatArray = self.point.values * self.game.units
        return values


class Scores(NamedTuple):
    """The log likelihood, its gradient, and its part of each cluster."""

    value: float
    # (P,)
    gradient: FloatArray
    # (clusters, P): of one of each cluster.
    by_cluster: FloatArray


class Likelihood:
    """The log likelihood of some paths as a function of parameters, by name in the order of `names`."""

    def __init__(
        self,
        factory: Factory,
        names: Sequence[str],
        game: ContinuousTimeGame,
        paths: Sequence[Path],
        unobserved: Sequence[str] = (),
    ) -> None:
        if np.isinf(game.precisions).any():
            raise InvalidGame(
                "a likelihood has no gradient where a decision maker has no shocks: best replies jump. Give "
                "each DecisionMaker a finite precision"
            )
        self.factory, self.names, self.like = factory, tuple(names), game
        game.event_codes(unobserved)  # refuses what no option shows
        events = tuple(event for event in game.events if event not in set(unobserved))
        self.blocks, self.times = blocks_of(game, paths, events)
        self._shows = {True: shows_of(game, events), False: shows_of(game, ())}
        rows = game.options
        self._sources = np.concatenate([*(r.sources for r in rows), game.nature.sources])
        self._targets = np.concatenate([*(r.targets for r in rows), game.nature.targets])
        # What counts as one in a parameter that is next to 0, shape () or (P,); 0 where nothing says.
        self.sizes: FloatArray | float = 0.0
        # Why the last parameters had no likelihood.
        self.refused = ""

    def named(self, theta: FloatArray) -> dict[str, float]:
        """Return parameters by name."""
        return dict(zip(self.names, theta.tolist(), strict=True))

    def vector(self, named: Mapping[str, float]) -> FloatArray:
        """Return parameters in their order, shape (P,)."""
        return np.array([float(named[name]) for name in self.names])

    def begin(self, theta: FloatArray, play: ContinuousEquilibrium) -> At:
        """Return the likelihood at a certified equilibrium of the game at these parameters."""
        equations = Equations(in_units(play.game))
        point = newton(equations, equations.setting.inside(np.asarray(play.values)))
        return self._at(theta, equations, point)

    def at(self, theta: FloatArray, near: At) -> At | None:
        """Return the likelihood at parameters on the branch of a point nearby; None where it is lost."""
        try:
            found = self.follow(theta, near)
            return None if found is None else self._at(theta, found.equations, found.point)
        except NegotiationError as error:
            self.refused = str(error)
            return None

    def follow(self, theta: FloatArray, near: At, halvings: int = NUMERICS.most_halvings) -> At | None:
        """Return the equilibrium at parameters on the branch of a point nearby, its value not worked out.

        From the point's values Newton's method goes straight to these parameters; where choices jump, or it
        fails, half of the way is gone first. None, or an error, where the branch is lost.
        """
        equations = Equations(in_units(game_at(self.factory, self.named(theta), self.like)))
        point = newton(equations, near.near / equations.setting.game.units)
        moved = abs(point.choices.chances - near.point.choices.chances).max(initial=0.0)
        if equations.accepts(point) and moved <= NUMERICS.farthest:
            return At(theta, equations, point, np.nan)
        if not halvings:
            self.refused = "the branch of the equilibrium turns back, or is lost, on the way there"
            return None
        middle = self.follow((theta + near.theta) / 2.0, near, halvings - 1)
        return None if middle is None else self.follow(theta, middle, halvings - 1)

    def scores(self, at: At) -> Scores:
        """Return the gradient at a point."""
        return self._scores(at, self.sizes)

    def _scores(self, at: At, sizes: FloatArray | float) -> Scores:
        derivatives = array_derivatives(self.factory, self.named(at.theta), at.game, sizes)
        found = sensitivities(at.equations, at.point, derivatives)
        by_cluster, logs = np.zeros((len(self.times), len(self.names))), np.zeros(len(self.times))
        quiet = self._quiet(found.rates)
        for block in self.blocks:
            passed = forward(quiet[block.watched], block.steps, keep=True)
            if not np.isfinite(passed.logs).all():
                raise InvalidGame("a path that cannot happen at these parameters has no gradient")
            logs += block.weights @ passed.logs
            by_cluster += (block.weights @ backward(quiet[block.watched], passed).T) @ found.slopes
        return Scores(float(self.times @ logs), self.times @ by_cluster, by_cluster)

    def by_cluster(self, equations: Equations, point: Point) -> FloatArray:
        """Return the log likelihood of one of each cluster, shape (clusters,)."""
        quiet = self._quiet(intensities(equations, point))
        logs = [block.weights @ forward(quiet[block.watched], block.steps).logs for block in self.blocks]
        return np.asarray(np.sum(logs, axis=0))

    def _at(self, theta: FloatArray, equations: Equations, point: Point) -> At:
        return At(theta, equations, point, float(self.by_cluster(equations, point) @ self.times))

    def _quiet(self, rates: FloatArray) -> dict[bool, Quiet]:
        """Return the generators without what is seen, where events are watched and where they are not."""
        kinds = {block.watched for block in self.blocks}
        size = self.like.n_states
        return {
            kind: Quiet(Rates(self._sources, self._targets, rates, self._shows[kind], size)) for kind in kinds
        }
