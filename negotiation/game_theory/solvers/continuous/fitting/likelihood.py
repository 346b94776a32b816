"""The log likelihood of a record at an equilibrium of a factory's game along one branch, and its gradient.

The gradient is computed through the equilibrium by the implicit function theorem. The values solve F(v,
theta) = 0, so that dv = -A^-1 dF, where A is the derivative of the *whole* fixed point, in which others'
choices respond to their own values. One linear system with A is solved for each parameter. The solutions give
derivatives for each cluster, and thus a sandwich estimator, at no further cost. The derivative of the filter
comes from a backward pass, because a forward pass would have the same cost for each parameter
(`filtering.py`).

Play after a known state does not depend on play before it. Paths are therefore cut into pieces at known
states. Each piece has its own density, and equal pieces are computed once, with a weight. Which states are
possible depends only on the form of the game, since a rate is positive at all parameters or at none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_array, csr_array

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.errors import InvalidGame, NegotiationError, UnknownEvent, shown
from negotiation.game_theory.games.continuous_time import ContinuousTimeGame
from negotiation.game_theory.solutions.continuous_equilibrium import ContinuousEquilibrium
from negotiation.game_theory.solvers.continuous.fitting.arrays import (
    Factory,
    GameArrays,
    array_derivatives,
    game_at,
)
from negotiation.game_theory.solvers.continuous.fitting.filtering import (
    Quiet,
    Rates,
    Steps,
    backward,
    forward,
)
from negotiation.game_theory.solvers.continuous.fitting.records import Path
from negotiation.game_theory.solvers.continuous.generator import start_distribution
from negotiation.game_theory.solvers.continuous.newton import Equations, Point, newton
from negotiation.game_theory.solvers.continuous.numerics import NUMERICS
from negotiation.game_theory.solvers.continuous.units import in_units


class Block(NamedTuple):
    """Pieces that are computed together, and the number of times that each cluster has each of them."""

    steps: Steps
    # (clusters, C): number of times that a cluster has each piece.
    weights: csr_array
    # Whether events are observed in these pieces.
    watched: bool


class _Piece(NamedTuple):
    """The start of a piece, and its steps: a wait, and the positions of the event and state observed then."""

    begin: bytes
    steps: tuple[tuple[float, int, int], ...]


class _Form:
    """Which states and events can follow one another in a game, at all parameters."""

    def __init__(self, game: ContinuousTimeGame, events: Sequence[str], shows: IntArray) -> None:
        rows = game.options
        self.game, self.events, self.shows = game, events, shows
        self.sources = np.concatenate([*(r.sources for r in rows), game.nature.sources])
        self.targets = np.concatenate([*(r.targets for r in rows), game.nature.targets])
        taken = [rates[r.sources] > 0.0 for rates, r in zip(game.rates, rows, strict=True)]
        self.happens = np.concatenate([*taken, game.nature.rates > 0.0])
        self._reached: dict[int, frozenset[int]] = {}
        self._after: dict[tuple[int, int], frozenset[int]] = {}
        unseen = self.happens & (shows < 0)
        self._next: list[list[int]] = [[] for _ in range(game.n_states)]
        for s, goal in zip(self.sources[unseen].tolist(), self.targets[unseen].tolist(), strict=True):
            self._next[s].append(goal)

    def unseen(self, states: frozenset[int]) -> frozenset[int]:
        """Return the states in which play may be after a time in which nothing is observed."""
        for s in states:
            if s not in self._reached:
                reached, ahead = {s}, [s]
                while ahead:
                    new = {*self._next[ahead.pop()]} - reached
                    reached |= new
                    ahead += new
                self._reached[s] = frozenset(reached)
        return frozenset().union(*(self._reached[s] for s in states))

    def shown(self, states: frozenset[int], event: int) -> frozenset[int]:
        """Return the states in which play may be right after an event."""
        for s in states:
            if (s, event) not in self._after:
                by = self.happens & (self.sources == s) & (self.shows == event)
                self._after[s, event] = frozenset(self.targets[by].tolist())
        return frozenset().union(*(self._after[s, event] for s in states))

    def cut(self, path: Path) -> Iterator[_Piece]:
        """Yield the pieces of a path, or raise an error that names the row that cannot happen."""
        start = start_distribution(self.game, path.start)
        states, begin, at = frozenset(np.flatnonzero(start).tolist()), start.tobytes(), 0.0
        steps: list[tuple[float, int, int]] = []
        for k, row in enumerate(path.rows):
            event = state = -1
            # Waits are rounded, so that equal differences of dates are equal as doubles.
            wait = float(f"{row.years - at:.12g}")
            states = self.unseen(states) if wait > 0.0 else states
            before = states
            if row.event is not None:
                UnknownEvent.unless_in(row.event, self.events)
                event = self.events.index(row.event)
                states = self.shown(states, event)
            if row.state is not None:
                state = self.game.state_index(row.state)
                states &= {state}
            if not states:
                what = " and ".join(f"{x!r}" for x in (row.event, row.state) if x is not None)
                where = shown([self.game.states[s] for s in before])
                raise InvalidGame(
                    f"row {k + 1} after the start of path {path.label!r}, {what} at {row.years:g} years, "
                    f"cannot happen: before it play is in {where}, and at the starting parameters no option "
                    "or move of nature with a positive rate leads from there to what the row says. Correct "
                    "the row, start where such a rate is positive, or give the game such a move"
                )
            steps.append((wait, event, state))
            at = row.years
            if len(states) == 1:
                yield _Piece(begin, tuple(steps))
                known = np.zeros(self.game.n_states)
                known[[*states]] = 1.0
                begin, steps = known.tobytes(), []
        if steps:
            yield _Piece(begin, tuple(steps))


def shows_of(game: ContinuousTimeGame, events: Sequence[str]) -> IntArray:
    """Return the position of the event of each option and move of nature, -1 for none, shape (K + Q,)."""
    return np.concatenate([*game.event_codes(events), np.full(len(game.nature.rates), -1)]).astype(np.intp)


def blocks_of(
    game: ContinuousTimeGame, paths: Sequence[Path], events: Sequence[str]
) -> tuple[list[Block], FloatArray]:
    """Return the blocks of the pieces of some paths, and for each distinct cluster how many there are."""
    times = {path.cluster: path.times for path in paths}
    clusters = {label: k for k, label in enumerate(times)}
    blocks: list[Block] = []
    for watched in (True, False):
        seen = events if watched else ()
        form = _Form(game, seen, shows_of(game, seen))
        counts: dict[_Piece, dict[int, float]] = {}
        for path in paths:
            if path.watched == watched:
                for piece in form.cut(path):
                    mine = counts.setdefault(piece, {})
                    cluster = clusters[path.cluster]
                    mine[cluster] = mine.get(cluster, 0.0) + path.weight
        most = max(1, NUMERICS.most_together // max(game.n_states, len(form.sources)))
        pieces = sorted(counts, key=lambda piece: len(piece.steps))
        for first in range(0, len(pieces), most):
            part = pieces[first : first + most]
            entries = [(c, k, w) for k, piece in enumerate(part) for c, w in counts[piece].items()]
            rows, columns, weights = zip(*entries, strict=True)
            matrix = coo_array((weights, (rows, columns)), shape=(len(clusters), len(part)))
            blocks.append(Block(_steps(part), csr_array(matrix), watched))
    return blocks, np.array([*times.values()])


def _steps(pieces: Sequence[_Piece]) -> Steps:
    """Return the steps of pieces, the longest last; shorter pieces are padded by steps of no duration."""
    shape = (len(pieces[-1].steps), len(pieces))
    waits, events, states = np.zeros(shape), np.full(shape, -1), np.full(shape, -1)
    for c, piece in enumerate(pieces):
        for n, step in enumerate(piece.steps):
            waits[n, c], events[n, c], states[n, c] = step
    begins = np.stack([np.frombuffer(piece.begin) for piece in pieces], axis=1)
    return Steps(begins, waits, events, states)


class Intensities(NamedTuple):
    """The rates per year of options and moves of nature, and their derivatives by the parameters."""

    # (K + Q,): options of all makers first, then nature.
    rates: FloatArray
    # (K + Q, P)
    slopes: FloatArray


def intensities(equations: Equations, point: Point) -> FloatArray:
    """Return the rates per year of options and moves of nature, shape (K + Q,)."""
    moves = equations.moves
    taken = np.repeat(moves.rates.ravel(), np.diff(moves.indptr)) * point.choices.chances
    return np.concatenate([taken, moves.nature_rates])


def sensitivities(equations: Equations, point: Point, derivatives: GameArrays) -> Intensities:
    """Return intensities at an equilibrium and their derivatives by the parameters.

    `derivatives` are in each player's own payoffs, with the P parameters on the last axis.
    """
    moves, values, chances = equations.moves, point.values, point.choices.chances
    n_states, units = len(values), equations.setting.game.units
    sizes = np.diff(moves.indptr)
    blocks = np.repeat(np.arange(len(sizes)), sizes)
    sources, makers = blocks % n_states, blocks // n_states
    owners, starts = moves.owners[makers], moves.indptr[:-1]
    # Everything is in units of each player, which are held fixed as parameters change.
    flows = derivatives.flows / units[:, None]
    payoffs = derivatives.payoffs / units[owners][:, None]
    precisions = derivatives.precisions * units[moves.owners][:, None]
    speed = derivatives.rates.reshape(len(sizes), flows.shape[-1])
    worth = moves.payoffs + values[moves.targets, owners]

    def mean(x: FloatArray) -> FloatArray:
        """Return the expectation over each maker's options in each state."""
        weighted = chances[:, None] * x
        terms: FloatArray = np.add.reduceat(weighted, starts) if len(starts) else weighted
        return terms

    def tilt(lift: FloatArray) -> FloatArray:
        """Return the change of choice probabilities if option values rise by `lift` and precisions change."""
        rise = moves.precisions[makers][:, None] * lift + worth[:, None] * precisions[makers]
        terms: FloatArray = chances[:, None] * (rise - mean(rise)[blocks])
        return terms

    gap = derivatives.discount_rates * values[:, :, None] - flows
    heads, goals = np.repeat(np.arange(n_states), np.diff(moves.nature_indptr)), moves.nature_targets
    np.add.at(gap, heads, -derivatives.nature[:, None, :] * (values[goals] - values[heads])[:, :, None])
    # (1 / mu) log sum exp(mu x) has the derivative sigma by x, and (sum sigma x - itself) / mu by mu.
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
    """Return the derivatives of the values, -A^-1 dF, or raise if A is close to singular.

    Shapes: `gap`, which is dF, and the result (S, N, P).
    """

    def solve(right: FloatArray) -> FloatArray:
        """Return -A^-1 times a right-hand side of shape (S, N)."""
        equations.gaps[:] = right
        return equations.step(point.values, point.choices, reply=True, left=NUMERICS.finest)

    # Least singular value allowed, as a share of its bound for a single player. The value is zero at a fold
    # or a switch of branch.
    least = NUMERICS.near_fold * float(equations.moves.discount_rates.min()) / np.sqrt(point.values.size)
    if point.values.size <= NUMERICS.direct:
        matrix = equations.jacobian(point).toarray()
        size = float(np.linalg.svd(matrix, compute_uv=False)[-1])
        right = -gap.reshape(len(matrix), -1)
        lift = (np.linalg.solve(matrix, right) if size >= least else right).reshape(gap.shape)
    else:
        lift = np.stack([solve(gap[..., p]) for p in range(gap.shape[-1])], axis=-1)
        # Inverse iteration from the sum of the solutions bounds the least singular value from above.
        size, x = np.inf, lift.sum(axis=-1)
        for _ in range(NUMERICS.inverse_steps if x.any() else 0):
            x = x / np.linalg.norm(x)
            x, before = solve(x), x
            size = min(size, float(np.linalg.norm(before) / np.linalg.norm(x)))
    if not size >= least:
        raise InvalidGame(
            "the equilibrium is next to a fold or to a switch of branch: the least singular value of its "
            f"equations is {size:.2g}, below {least:.2g}, so there is no derivative. Start at other "
            "parameters, or at lower precisions"
        )
    return lift


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
        """Values in each player's own payoffs, less the value of the middle of the flows, shape (S, N)."""
        values: FloatArray = self.point.values * self.game.units
        return values


class Scores(NamedTuple):
    """The log likelihood, its gradient, and the gradient of each cluster."""

    value: float
    # (P,)
    gradient: FloatArray
    # (clusters, P): gradient of the log likelihood of one cluster of each kind.
    by_cluster: FloatArray


class Likelihood:
    """The log likelihood of some paths as a function of parameters, in the order of `names`."""

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
        # Natural size of a parameter that is close to 0, shape () or (P,); 0 if it is not known.
        self.sizes: FloatArray | float = 0.0
        # Why the last parameters had no likelihood.
        self.refused = ""

    def named(self, theta: FloatArray) -> dict[str, float]:
        """Return the parameters of an array (P,) by name."""
        return dict(zip(self.names, theta.tolist(), strict=True))

    def vector(self, named: Mapping[str, float]) -> FloatArray:
        """Return the parameters as an array in their order, shape (P,)."""
        return np.array([float(named[name]) for name in self.names])

    def begin(self, theta: FloatArray, play: ContinuousEquilibrium) -> At:
        """Return the likelihood at a certified equilibrium of the game at these parameters."""
        equations = Equations(in_units(play.game))
        point = newton(equations, equations.setting.inside(np.asarray(play.values)))
        return self._at(theta, equations, point)

    def at(self, theta: FloatArray, near: At) -> At | None:
        """Return the likelihood on the branch of a point nearby, or None and keep the reason in `refused`."""
        try:
            equilibrium = self.follow(theta, near)
            return None if equilibrium is None else self._at(theta, equilibrium.equations, equilibrium.point)
        except NegotiationError as error:
            self.refused = str(error)
            return None

    def follow(self, theta: FloatArray, near: At, halvings: int = NUMERICS.most_halvings) -> At | None:
        """Return the equilibrium at parameters on the branch of a point nearby, without its likelihood.

        Newton's method starts from the values of the point. If the method fails or choices jump, the middle
        of the way is solved first. Returns None or raises if the branch is lost.
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
        """Return the log likelihood and its gradient at a point."""
        return self._scores(at, self.sizes)

    def _scores(self, at: At, sizes: FloatArray | float) -> Scores:
        derivatives = array_derivatives(self.factory, self.named(at.theta), at.game, sizes)
        hazards = sensitivities(at.equations, at.point, derivatives)
        by_cluster, logs = np.zeros((len(self.times), len(self.names))), np.zeros(len(self.times))
        quiet = self._quiet(hazards.rates)
        for block in self.blocks:
            passed = forward(quiet[block.watched], block.steps, keep=True)
            if not np.isfinite(passed.logs).all():
                raise InvalidGame(
                    "the likelihood has no gradient at these parameters, at which a path has probability 0"
                )
            logs += block.weights @ passed.logs
            by_cluster += (block.weights @ backward(quiet[block.watched], passed).T) @ hazards.slopes
        return Scores(float(self.times @ logs), self.times @ by_cluster, by_cluster)

    def by_cluster(self, equations: Equations, point: Point) -> FloatArray:
        """Return the log likelihood of each distinct cluster, shape (clusters,)."""
        quiet = self._quiet(intensities(equations, point))
        logs = [block.weights @ forward(quiet[block.watched], block.steps).logs for block in self.blocks]
        return np.asarray(np.sum(logs, axis=0))

    def _at(self, theta: FloatArray, equations: Equations, point: Point) -> At:
        return At(theta, equations, point, float(self.by_cluster(equations, point) @ self.times))

    def _quiet(self, rates: FloatArray) -> dict[bool, Quiet]:
        """Return the generators without observed moves, by whether events are observed."""
        kinds = {block.watched for block in self.blocks}
        size = self.like.n_states
        return {
            kind: Quiet(Rates(self._sources, self._targets, rates, self._shows[kind], size)) for kind in kinds
        }
