"""The principal branch of logit quantal response equilibria, followed by arc-length continuation.

With l_i the logarithms of player i's probabilities, u_i(l) the expected payoffs of i's actions and m the
precision, the equilibria solve (McKelvey and Palfrey 1995)

    F_i(l, m) = l_i - m u_i(l) + log sum exp(m u_i(l)) = 0.

The branch through the uniform profile at m = 0 is followed by predictor and corrector steps along its arc
length in logarithms of probabilities (Turocy 2005, "A dynamic homotopy interpretation of the logistic quantal
response equilibrium correspondence"), so that it passes folds, where m turns back. A step is taken again at
half its length when the corrector moves far, the tangent turns or the orientation (the sign of the bordered
determinant) changes: along one branch it never does, so a change shows a step to another branch. Where the
change stays however short the step, another branch crosses, which only happens in special (for example
symmetric) games; the branch that goes straight on is kept, and the crossing is recorded.

Cost: a step solves a few linear systems of size sum n_i + 1, after one pass through the payoffs for each pair
of players; some tens to hundreds of steps.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from time import monotonic

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.games.mixed_profiles import by_own_action
from negotiation.game_theory.solvers.stage.numerics import NUMERICS
from negotiation.game_theory.solvers.stage.unit_payoffs import unit_payoffs


@dataclass(frozen=True, eq=False)
class _Step:
    """An accepted step: its end, the tangent and its orientation there, and how much longer to step next."""

    point: FloatArray
    tangent: FloatArray
    orientation: float
    stretch: float


@dataclass(eq=False)
class Path:
    """What following the branch gave."""

    # (sum n_i + 1,): logarithms of probabilities, then the scaled precision.
    points: list[FloatArray]
    # Scaled precisions near which the branch turns.
    folds: list[float] = field(default_factory=list)
    # Scaled precisions near which another branch crosses.
    crossings: list[float] = field(default_factory=list)
    # Whether the last point is at the precision asked for.
    reached: bool = False
    # Why not, where it is not.
    reason: str = ""

    def record(self, before: _Step, after: _Step) -> None:
        """Take the end of a step as the next point, and note what it passed."""
        precision = float(after.point[-1])
        # The precision turns back along the branch.
        if after.tangent[-1] * before.tangent[-1] < 0:
            self.folds.append(precision)
        if after.orientation * before.orientation < 0:
            self.crossings.append(precision)
        self.points.append(after.point)


class LogitSystem:
    """The equations of a game, on payoffs scaled by one number so that the largest range is about 1."""

    def __init__(self, stage: StageGame) -> None:
        unit = unit_payoffs(stage)
        self.scale = float(unit.scale.max()) or 1.0
        self.payoffs = unit.shares * (unit.scale / self.scale)
        self.ends = np.cumsum([0, *stage.n_actions])
        self.players = range(stage.n_players)

    def parts(self, vector: FloatArray) -> list[FloatArray]:
        """Return the part of each player."""
        return [vector[self.ends[i] : self.ends[i + 1]] for i in self.players]

    def start(self) -> FloatArray:
        """Return the uniform profile at precision 0."""
        logs = [
            np.full(self.ends[i + 1] - self.ends[i], -np.log(self.ends[i + 1] - self.ends[i]))
            for i in self.players
        ]
        return np.concatenate([*logs, [0.0]])

    def evaluate(self, point: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return F, shape (n,), and its derivatives, shape (n, n + 1)."""
        precision = float(point[-1])
        logs = self.parts(point)
        strategies = [np.exp(part) for part in logs]
        residual = np.empty(len(point) - 1)
        slopes = np.zeros((len(point) - 1, len(point)))
        for i in self.players:
            rows = slice(self.ends[i], self.ends[i + 1])
            values = by_own_action(self.payoffs[..., i], strategies, i)
            # The largest exponent is zero: nothing overflows.
            top = precision * values - (precision * values).max()
            total = np.exp(top).sum()
            reply = np.exp(top) / total
            residual[rows] = logs[i] - top + np.log(total)
            slopes[rows, rows] = np.eye(len(values))
            # d/dm log sum exp(m u) is the mean of u under the reply.
            slopes[rows, -1] = -(values - reply @ values)
            for j in self.players:
                if j != i:
                    cross = by_own_action(self.payoffs[..., i], strategies, *sorted((i, j)))
                    # By the logarithm of a probability: d p = p d log p.
                    cross = (cross if i < j else cross.T) * strategies[j]
                    slopes[rows, self.ends[j] : self.ends[j + 1]] = -precision * (cross - reply @ cross)
        return residual, slopes


def follow(system: LogitSystem, target: float, max_steps: int, stop_at: float = inf) -> Path:
    """Follow the branch from precision 0 until it first reaches a scaled precision, or the time is `stop_at`.

    Examples
    --------
    >>> system = LogitSystem(StageGame.from_matrices([[1, 0], [0, 0]], [[1, 0], [0, 0]]))
    >>> path = follow(system, 5.0, 1000)
    >>> path.reached, float(path.points[-1][-1])
    (True, 5.0)
    """
    point = system.start()
    path = Path([point])
    path.reached = target <= 0.0
    forward = np.append(np.zeros(len(point) - 1), 1.0)
    tangent, orientation = _tangent(system.evaluate(point)[1], forward)
    here, length, late = _Step(point, tangent, orientation, 1.0), NUMERICS.first_step, False
    for _ in range(max_steps):
        late = monotonic() > stop_at
        if path.reached or length < NUMERICS.shortest_step or late:
            break
        step = _step(system, here, length)
        # The step passed the target: the point between is looked for, and only if it is clear which does the
        # path end.
        if step is not None and step.point[-1] >= target:
            landed = _land(system, here.point, step.point, target)
            path.reached = landed is not None
            path.points.extend([] if landed is None else [landed])
            step = None
        if step is None:
            length /= 2
            continue
        path.record(here, step)
        here = step
        length *= step.stretch
    if not path.reached:
        path.reason = "stopped by the deadline" if late else f"stopped after {max_steps} steps"
        if length < NUMERICS.shortest_step:
            path.reason = "the steps became too short"
    return path


def _step(system: LogitSystem, here: _Step, length: float) -> _Step | None:
    """Return the step of this length along the tangent, or None where it must be shorter."""
    predicted = here.point + length * here.tangent
    corrected = _newton(system, predicted, here.tangent, NUMERICS.longest_correction)
    if corrected is None or corrected[-1] < 0.0:
        return None
    moved = float(np.linalg.norm(corrected - predicted))
    tangent, orientation = _tangent(system.evaluate(corrected)[1], here.tangent)
    cosine = float(tangent @ here.tangent)
    # A correction as long as the step, or a tangent that turns far, may have led to another branch.
    if moved > min(NUMERICS.longest_correction, length / 2) or cosine < NUMERICS.least_cosine:
        return None
    # The sign of the determinant changed: another branch was met, unless one crosses even at the shortest
    # step.
    if orientation * here.orientation < 0 and length > NUMERICS.crossing_step:
        return None
    easy = moved < NUMERICS.longest_correction / 10 and cosine > 1 - (1 - NUMERICS.least_cosine) / 10
    return _Step(corrected, tangent, orientation, 1.6 if easy else 1.0)


def _newton(system: LogitSystem, point: FloatArray, normal: FloatArray, reach: float) -> FloatArray | None:
    """Solve F = 0 in the hyperplane through a point, or return None where that fails or leads farther off."""
    start, best, last = point, None, np.inf
    for _ in range(NUMERICS.newton_steps):
        if not float(point[:-1].max()) < 1.0 or float(np.linalg.norm(point - start)) > reach:
            return None
        residual, slopes = system.evaluate(point)
        size = float(np.abs(residual).max())
        if size <= NUMERICS.newton_tolerance * max(1.0, abs(float(point[-1]))):
            best = point
            # Small enough, and no longer falling: rounding is all that is left.
            if size >= last / 2:
                return best
        last = size
        try:
            move = np.linalg.solve(np.vstack([slopes, normal]), np.append(-residual, 0.0))
        except np.linalg.LinAlgError:
            return best
        point = point + move
        if best is not None and float(np.abs(move).max()) < NUMERICS.no_move:
            return point
    return best


def _land(system: LogitSystem, before: FloatArray, after: FloatArray, target: float) -> FloatArray | None:
    """Return the point of the branch at the target, which a step passed, or None where it is not clear."""
    if after[-1] == target:
        return after
    share = (target - float(before[-1])) / float(after[-1] - before[-1])
    guess = before + share * (after - before)
    guess[-1] = target
    normal = np.zeros(len(before))
    normal[-1] = 1.0
    return _newton(
        system, guess, normal, max(NUMERICS.least_crossing, float(np.linalg.norm(after - before)) / 2)
    )


def _tangent(slopes: FloatArray, along: FloatArray) -> tuple[FloatArray, float]:
    """Return the unit tangent that goes on in a direction, and the sign of the bordered determinant."""
    right = np.zeros(len(along))
    right[-1] = 1.0
    bordered = np.vstack([slopes, along])
    try:
        solution = np.linalg.solve(bordered, right)
    except np.linalg.LinAlgError:
        solution = along
    tangent = solution / np.linalg.norm(solution)
    return tangent, float(np.linalg.slogdet(np.vstack([slopes, tangent]))[0])
