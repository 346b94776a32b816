"""Markov perfect equilibria by following logit equilibria from a prior to high precision.

At precision m each player plays action a in a state with probability proportional to prior(a) exp(m Q(a)),
where Q(a) is the payoff of the action plus its continuation payoff against the others' play. At m = 0 play is
the prior, and it approaches best replies as m grows. The branch that begins at the prior leads to a Markov
perfect equilibrium (Eibelshaeuser and Poensgen 2019, "Markov quantal response equilibrium and a homotopy
method for computing and selecting Markov perfect equilibria"; Turocy 2005, 2010 for one state). The branch is
followed until deviations gain little. Newton's method on the support of its last point then finds the
equilibrium. If that fails, the branch is followed further. The limit depends on the prior, so several priors
can find several equilibria. Cost: 30 to 300 steps of `kernels/path.py`.

With the support fixed, every action in it gives its player the same value: Q_sia = h_si + g_i for all a
played, in the notation of `kernels/equations.py`, and the probabilities sum to 1. This square system is
linear if play is pure, and smooth otherwise (McKelvey and McLennan 1996, section 2, for one state). If it is
singular, as at equilibria that are not isolated, Newton's method takes the step of least norm. Cost: a few
linear systems in the probabilities and the values.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from math import inf
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.game_theory.games import StochasticGame
from negotiation.game_theory.solvers.markov.numerics import NUMERICS
from negotiation.game_theory.solvers.markov.solution import MarkovEquilibrium, certified_equilibrium
from negotiation.game_theory.strategies.markov_strategy import MarkovStrategy

if TYPE_CHECKING:
    from negotiation.game_theory.solvers.markov.kernels.equations import MarkovArrays
    from negotiation.game_theory.solvers.markov.kernels.path import PathState


from collections.abc import Iterator
from typing import TYPE_CHECKING

from negotiation.base.numeric import BoolArray

if TYPE_CHECKING:
    from negotiation.game_theory.solvers.markov.kernels.equations import MarkovArrays


@dataclass(frozen=True, eq=False)
class PathEnd:
    """The end of one path or sequence of best replies: an equilibrium or none, and how it ended, in words."""

    equilibrium: MarkovEquilibrium | None
    outcome: str


@dataclass(frozen=True, eq=False)
class LogitMarkov:
    """A stochastic game and its arrays, prepared for following its logit equilibria."""

    game: StochasticGame
    arrays: MarkovArrays

    def random_prior(self, generator: np.random.Generator) -> FloatArray:
        """Return the logarithms of a prior drawn uniformly from all mixed actions, shape (actions,)."""
        parts = [
            generator.dirichlet(np.ones(hi - lo))
            for row in self.arrays.ends
            for lo, hi in itertools.pairwise(row)
        ]
        return np.log(np.maximum(np.concatenate(parts), NUMERICS.least_prior))

    def follow(self, prior: FloatArray | None, name: str, max_steps: int, ends_at: float = inf) -> PathEnd:
        """Return the certified end of the path from a prior, given in logarithms; uniform if None."""
        from negotiation.game_theory.solvers.markov.kernels.path import REACHED, TOO_SHORT, markov_path

        arrays = self.arrays if prior is None else self.arrays._replace(prior=_normal(self.arrays, prior))
        state, steps = _start(arrays), 0
        actions, shape = len(arrays.prior), (self.game.n_states, self.game.n_players)
        affordable = int(NUMERICS.work_between_looks / len(state.point) ** 3)
        at_once = min(max(affordable, 1), NUMERICS.steps_between_looks)
        for target in NUMERICS.targets:
            while True:
                budget = min(at_once, max_steps - steps)
                state, reason, more = markov_path(arrays, state, target, budget)
                steps += more
                late = monotonic() > ends_at
                if reason in (REACHED, TOO_SHORT) or steps >= max_steps or late:
                    break
            point = state.point
            for play in polished(arrays, np.exp(point[:actions]), point[actions:-1].reshape(shape)):
                end = certified_equilibrium(self.game, self.strategy(play), name)
                if end is not None:
                    return PathEnd(end, f"{name}: an equilibrium after {steps} steps")
            if reason != REACHED:
                why = "the steps became too short" if reason == TOO_SHORT else f"stopped after {steps} steps"
                return PathEnd(None, f"{name}: {why} at precision {point[-1]:.3g}{_late(late)}")
        return PathEnd(
            None, f"{name}: the end of the path at precision {state.point[-1]:.3g} is not certified"
        )

    def strategy(self, play: FloatArray) -> MarkovStrategy:
        """Return the Markov strategy with these probabilities, with pure choices as labels."""
        chosen: dict[str, list[str | FloatArray]] = {}
        for state, stage, row in zip(self.game.states, self.game.stages, self.arrays.ends, strict=True):
            parts = [play[lo:hi] for lo, hi in itertools.pairwise(row)]
            chosen[state] = [
                labels[int(part.argmax())] if np.count_nonzero(part) == 1 else part
                for labels, part in zip(stage.actions, parts, strict=True)
            ]
        return MarkovStrategy(chosen)


def logit_markov(game: StochasticGame) -> LogitMarkov:
    """Return the game prepared for following its logit equilibria.

    Examples
    --------
    >>> game = StochasticGame([[[[2, 2], [0, 3]], [[3, 0], [1, 1]]]], np.ones((1, 2, 2, 1)), 0.5)
    >>> logit_markov(game).follow(None, "uniform prior", 1000).equilibrium.strategy["0"]
    ('1', '1')
    """
    from negotiation.game_theory.solvers.markov.kernels.equations import MarkovArrays

    counts = np.array([stage.n_actions for stage in game.stages])
    closing = np.cumsum(counts.ravel()).reshape(counts.shape)
    ends = np.column_stack([np.concatenate([[0], closing[:-1, -1]]), closing])
    slots = np.concatenate(
        [
            np.indices(stage.n_actions).reshape(game.n_players, -1).T + row[:-1]
            for stage, row in zip(game.stages, ends, strict=True)
        ]
    )
    flat = game.flat_payoffs()
    low, span = flat.min(axis=0), np.ptp(flat, axis=0)
    arrays = MarkovArrays(
        (flat - low) / np.where(span > 0.0, span, 1.0),
        # Copies, because a kernel is compiled again for arrays that are not writeable.
        game.transitions.indptr.astype(np.intp),
        game.transitions.indices.astype(np.intp),
        np.array(game.transitions.floats()),
        np.ascontiguousarray(slots),
        game.offsets.astype(np.intp),
        ends,
        np.array(game.float_discount_factors),
        -np.log(np.repeat(counts.ravel(), counts.ravel()).astype(np.float64)),
    )
    return LogitMarkov(game, arrays)


def _start(arrays: MarkovArrays) -> PathState:
    """Return the state of the path at precision 0: the prior, and the values and advantages under it."""
    play, (states, n) = np.exp(arrays.prior), (arrays.ends.shape[0], arrays.payoffs.shape[1])
    weights = play[arrays.slots].prod(axis=1)
    owner = np.repeat(np.arange(states), np.diff(arrays.row_ends))
    move = np.zeros((states, states))
    entries = np.repeat(np.arange(len(weights)), np.diff(arrays.indptr))
    np.add.at(move, (owner[entries], arrays.indices), weights[entries] * arrays.chances)
    levels = np.empty((states, n))
    for i, delta in enumerate(arrays.deltas):
        flow = np.bincount(owner, weights * arrays.payoffs[:, i], minlength=states)
        system = np.eye(states) - delta * move
        system[:, 0] = 1.0
        levels[:, i] = np.linalg.solve(system, flow)
    from negotiation.game_theory.solvers.markov.kernels.path import PathState

    point = np.concatenate([arrays.prior, levels.ravel(), [0.0]])
    return PathState(point, np.zeros(len(point)), 0.0, 0.0, np.inf, 0)


def _normal(arrays: MarkovArrays, prior: FloatArray) -> FloatArray:
    """Return the logarithms of a prior after scaling it to sum to 1 for each state and player."""
    logs = prior.copy()
    for row in arrays.ends:
        for lo, hi in itertools.pairwise(row):
            logs[lo:hi] -= np.log(np.exp(logs[lo:hi]).sum())
    return logs


def _late(late: bool) -> str:
    return ", at the deadline" if late else ""


def polished(game: MarkovArrays, play: FloatArray, levels: FloatArray) -> Iterator[FloatArray]:
    """Yield, for each support that a point suggests, the nearby solution of its equations, if there is one.

    The point has the probabilities `play`, and in `levels` the first state's average values and the other
    states' advantages.

    Shapes: `play` (actions,), `levels` (S, N); yields (actions,).
    """
    tried: list[bytes] = []
    for threshold in NUMERICS.support_thresholds:
        support = _support(game, play, threshold)
        if support.tobytes() in tried:
            continue
        tried.append(support.tobytes())
        point = _newton(game, support, play, levels)
        if point is not None:
            yield point


def _support(game: MarkovArrays, play: FloatArray, threshold: float) -> BoolArray:
    support: BoolArray = play >= threshold
    for row in game.ends:
        for lo, hi in itertools.pairwise(row):
            support[lo + int(play[lo:hi].argmax())] = True
    return support


def _newton(
    game: MarkovArrays, support: BoolArray, play: FloatArray, levels: FloatArray
) -> FloatArray | None:
    point = np.where(support, play, 0.0)
    now = levels.copy()
    free = np.flatnonzero(support)
    error = np.inf
    for _ in range(NUMERICS.support_steps):
        residual, slopes = _equations(game, free, point, now)
        last, error = error, float(np.abs(residual).max())
        if error < NUMERICS.solved or error > last / 2:
            break
        try:
            step = np.linalg.solve(slopes, -residual)
        except np.linalg.LinAlgError:
            step = np.linalg.lstsq(slopes, -residual)[0]
        if not np.isfinite(step).all():
            return None
        point[free] += step[: len(free)]
        now += step[len(free) :].reshape(now.shape)
        if np.abs(point - play).max() > NUMERICS.farthest:
            return None
    if error > NUMERICS.nearly_solved:
        return None
    return _cleaned(game, point)


def _equations(
    game: MarkovArrays, free: np.ndarray, play: FloatArray, levels: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the residual and its derivatives: an equation per action played and per state and player."""
    from negotiation.game_theory.solvers.markov.kernels.equations import action_values

    states, n = levels.shape
    position = np.full(len(play), -1)
    position[free] = np.arange(len(free))
    size = len(free) + states * n
    residual, slopes = np.zeros(size), np.zeros((size, size))
    for s in range(states):
        base = game.ends[s, 0]
        q, cross, ahead = action_values(game, s, play, levels)
        own = np.flatnonzero(position[base : game.ends[s, n]] >= 0)
        rows = position[base + own]
        slopes[np.ix_(rows, rows)] = cross[np.ix_(own, own)]
        for i in range(n):
            mine = own[(own >= game.ends[s, i] - base) & (own < game.ends[s, i + 1] - base)]
            slots, value = position[base + mine], len(free) + s * n + i
            slopes[np.ix_(slots, len(free) + np.arange(states) * n + i)] = ahead[mine]
            slopes[slots, value] -= s > 0
            slopes[slots, len(free) + i] -= 1.0
            residual[slots] = q[mine] - levels[0, i] - (levels[s, i] if s > 0 else 0.0)
            slopes[value, slots] = 1.0
            residual[value] = play[base + mine].sum() - 1.0
    return residual, slopes


def _cleaned(game: MarkovArrays, play: FloatArray) -> FloatArray | None:
    """Return the probabilities with rounding removed, or None if one is negative."""
    if play.min() < -NUMERICS.negative:
        return None
    clean: FloatArray = np.where(play < NUMERICS.no_probability, 0.0, play)
    for row in game.ends:
        for lo, hi in itertools.pairwise(row):
            clean[lo:hi] /= clean[lo:hi].sum()
    return clean
