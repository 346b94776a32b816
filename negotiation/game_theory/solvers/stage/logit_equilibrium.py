"""Logit quantal response equilibria on the principal branch, for any number of players.

At precision m >= 0 each player plays action a with probability proportional to exp(m u(a)), where u(a) is the
expected payoff against the others' play (McKelvey and Palfrey 1995). Play is uniform at m = 0, and approaches
best replies as m grows. The equilibria on the branch that begins at the uniform profile are found by
arc-length continuation (Turocy 2005). They are checked by computing the logit reply to them.

At every logit equilibrium player i's regret is at most ln(n_i) / m, since the logit reply maximises expected
payoff plus entropy / m.

The branch. With l_i the logarithms of player i's probabilities, u_i(l) the expected payoffs of i's actions
and m the precision, the equilibria solve (McKelvey and Palfrey 1995)

    F_i(l, m) = l_i - m u_i(l) + log sum exp(m u_i(l)) = 0.

The branch through the uniform profile at m = 0 is followed by predictor and corrector steps along its arc
length in logarithms of probabilities (Turocy 2005, "A dynamic homotopy interpretation of the logistic quantal
response equilibrium correspondence"). So it passes folds, where m turns. A step is repeated at half its
length if the corrector moves far, the tangent turns, or the orientation (the sign of the bordered
determinant) changes. The orientation is constant along one branch, so a change shows a step to another
branch. If the change persists however short the step, another branch crosses, which only happens in special
(for example symmetric) games. Then the branch that continues in the same direction is followed, and the
crossing is recorded.

Cost: a step solves a few linear systems of size sum n_i + 1, after one pass through the payoffs for each pair
of players; some tens to hundreds of steps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import inf, isfinite
from threading import TIMEOUT_MAX
from time import monotonic

import numpy as np

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import REGRET_TOLERANCE, FloatArray, read_only
from negotiation.base.progress import stop_time
from negotiation.base.reading.numbers import expect_count, expect_number
from negotiation.base.status import Status
from negotiation.errors import InvalidGame
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.games.capabilities import Takes
from negotiation.game_theory.games.mixed_profiles import by_own_action
from negotiation.game_theory.solvers.stage.best_replies import best_replies, unit_payoffs
from negotiation.game_theory.solvers.stage.numerics import NUMERICS


@dataclass(frozen=True, eq=False)
class LogitEquilibrium(Tabular):
    """One logit quantal response equilibrium.

    Parameters
    ----------
    strategies : tuple of arrays, shapes (n_1,), ..., (n_N,)
        One probability vector for each player.
    payoffs : array, shape (N,)
        Expected payoff of each player.
    precision : float
        The precision, in units of one over payoff. It is lower than requested if the branch was not followed
        to the requested precision.
    residual : float
        Largest difference between a probability and the logit reply to the others' play.
    regret : float
        Largest gain of any player from a best reply, in payoffs.
    players : tuple of str
        Labels of the players.
    actions : tuple of tuples of str
        Labels of each player's actions.
    status : {"complete", "partial"}
        `partial` if the residual exceeds `tolerance`, or `logit_equilibrium` did not reach the requested
        precision.
    reason : str
        Where the equilibrium lies, or why the answer is partial.
    tolerance : float
        Largest residual that counts as zero.

    Examples
    --------
    >>> import negotiation as ng
    >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
    >>> print(ng.logit_equilibrium(stage, 0.5))
    logit equilibrium at precision 0.5: complete (on the principal branch)
    player  action  probability   payoff
    0       C          0.299366  4.58645
    0       D          0.700634  4.58645
    1       C          0.299366  4.58645
    1       D          0.700634  4.58645
    """

    strategies: tuple[FloatArray, ...]
    payoffs: FloatArray
    precision: float
    residual: float
    regret: float
    players: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]
    status: Status
    reason: str
    tolerance: float = REGRET_TOLERANCE

    def table(self) -> Table:
        """Return a table with one row for each action: its probability and the player's payoff."""
        rows = tuple(
            (player, label, float(p), float(self.payoffs[i]))
            for i, player in enumerate(self.players)
            for label, p in zip(self.actions[i], self.strategies[i], strict=True)
        )
        title = f"logit equilibrium at precision {self.precision:.6g}: {self.status} ({self.reason})"
        return Table(title, ("player", "action", "probability", "payoff"), rows)


@dataclass(frozen=True, eq=False)
class LogitBranch(Tabular, Drawable):
    """The principal branch of logit quantal response equilibria.

    Parameters
    ----------
    equilibria : tuple of LogitEquilibrium
        Points along the branch, from the uniform profile at precision 0.
    folds : tuple of float
        Precisions near which the branch turns. After the first fold the precision decreases along the branch,
        after the second it increases, and so on.
    crossings : tuple of float
        Precisions near which another branch crosses; the branch that continues in the same direction was
        followed.
    status : {"complete", "partial"}
        `complete` if the branch was followed to the requested precision, and the residual of every point is
        at most its `tolerance`.
    reason : str
        Which branch was followed, or why the answer is partial.

    Examples
    --------
    >>> import negotiation as ng
    >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
    >>> found = ng.logit_branch(stage, 2.0)
    >>> found.precisions[[0, -1]].tolist(), found.status
    ([0.0, 2.0], 'complete')
    """

    _figure = "equilibria:logit_branch_figure"

    equilibria: tuple[LogitEquilibrium, ...]
    folds: tuple[float, ...]
    crossings: tuple[float, ...]
    status: Status
    reason: str

    @property
    def precisions(self) -> FloatArray:
        """Precision of each equilibrium, shape (K,)."""
        return np.array([equilibrium.precision for equilibrium in self.equilibria])

    def __iter__(self) -> Iterator[LogitEquilibrium]:
        return iter(self.equilibria)

    def __len__(self) -> int:
        return len(self.equilibria)

    def __getitem__(self, position: int) -> LogitEquilibrium:
        return self.equilibria[position]

    def table(self) -> Table:
        """Return a table with one row for each equilibrium: the precision and the probabilities."""
        first = self.equilibria[0]
        names = [f"{p} {a}" for p, labels in zip(first.players, first.actions, strict=True) for a in labels]
        rows = tuple(
            (e.precision, *(float(p) for vector in e.strategies for p in vector)) for e in self.equilibria
        )
        title = f"principal branch of logit equilibria: {self.status} ({self.reason})"
        return Table(title, ("precision", *names), rows)

    def _numbers(self) -> Table:
        rows = ((e.precision, *row[:3]) for e in self.equilibria for row in e.table().rows)
        return Table("", ("precision", "player", "action", "probability"), tuple(rows))


@Takes("a logit equilibrium", (StageGame,), questions=("equilibria",))
def logit_equilibrium(
    stage: StageGame, precision: float, *, max_steps: int = NUMERICS.most_steps, deadline: float | None = None
) -> LogitEquilibrium:
    """Return the logit equilibrium at a precision, on the principal branch.

    If the branch passes the precision several times, the first of these equilibria is returned.

    Parameters
    ----------
    stage : StageGame
        A game with any number of players.
    precision : float
        How closely play follows payoffs, finite and not negative, in units of one over payoff; 0 gives the
        uniform profile.
    max_steps : int, optional
        Largest number of steps along the branch, including steps repeated at half their length; 20,000 by
        default.
    deadline : float, optional
        Seconds after which no further step is taken; no limit by default.

    Returns
    -------
    LogitEquilibrium
        The equilibrium. Its status is `partial`, and its precision lower, if steps or time run out.

    Raises
    ------
    InvalidGame
        If `stage` is not a StageGame, the precision is not a finite number of at least 0, or `max_steps` is
        not a whole number of at least 1.
    InvalidNumber
        If the deadline is not a positive number of seconds.

    Notes
    -----
    McKelvey, R. D., and Palfrey, T. R. (1995), "Quantal response equilibria for normal form games", Games and
    Economic Behavior 10(1). The branch is followed as in Turocy (2005).

    Examples
    --------
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]])
    >>> result = logit_equilibrium(stage, precision=0.5)
    >>> result.strategies[0].round(4).tolist(), result.status
    ([0.2994, 0.7006], 'complete')
    """
    system, precision = LogitSystem(stage), _checked(precision)
    steps, stop_at = expect_count("steps", max_steps), stop_time(deadline)
    path = follow(system, precision * system.scale, steps, stop_at)
    # The path runs in scaled precisions; the one that was asked for is given back to the bit.
    last = precision if path.reached else float(path.points[-1][-1]) / system.scale
    return _equilibrium(stage, system, path.points[-1], last, *_outcome(path, system))


@Takes("a branch of logit equilibria", (StageGame,), questions=("equilibria",))
def logit_branch(
    stage: StageGame,
    max_precision: float,
    *,
    max_steps: int = NUMERICS.most_steps,
    deadline: float | None = None,
) -> LogitBranch:
    """Return the principal branch of logit equilibria up to a precision.

    The branch begins at precision 0 and ends where it first reaches the given precision.

    Parameters
    ----------
    stage : StageGame
        A game with any number of players.
    max_precision : float
        Precision at which the branch ends, finite and not negative, in units of one over payoff.
    max_steps : int, optional
        Largest number of steps along the branch, including steps repeated at half their length; 20,000 by
        default.
    deadline : float, optional
        Approximate limit in seconds for following the branch and checking its points; no limit by default.
        No step is taken after 60% of it.

    Returns
    -------
    LogitBranch
        The equilibria at the ends of the steps, which are shorter where the branch bends. The status is
        `partial` if steps or time run out.

    Raises
    ------
    InvalidGame
        If `stage` is not a StageGame, the precision is not a finite number of at least 0, or `max_steps` is
        not a whole number of at least 1.
    InvalidNumber
        If the deadline is not a positive number of seconds.

    Notes
    -----
    McKelvey, R. D., and Palfrey, T. R. (1995), "Quantal response equilibria for normal form games", Games and
    Economic Behavior 10(1). The branch is followed as in Turocy (2005).

    Examples
    --------
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]])
    >>> branch = logit_branch(stage, max_precision=2.0)
    >>> float(branch.precisions[0]), float(branch.precisions[-1]), branch.status
    (0.0, 2.0, 'complete')
    """
    system, max_precision = LogitSystem(stage), _checked(max_precision)
    steps, _ = expect_count("steps", max_steps), stop_time(deadline)  # refuses what is no deadline
    stop_at = stop_time(deadline and NUMERICS.following * min(deadline, TIMEOUT_MAX))
    path = follow(system, max_precision * system.scale, steps, stop_at)
    precisions = [float(point[-1]) / system.scale for point in path.points]
    if path.reached:
        precisions[-1] = max_precision
    equilibria = tuple(
        _equilibrium(stage, system, point, precision, "complete", "on the principal branch")
        for point, precision in zip(path.points, precisions, strict=True)
    )
    status, reason = _outcome(path, system)
    poor = sum(equilibrium.status != "complete" for equilibrium in equilibria)
    if poor:
        status, reason = "partial", f"{poor} of {len(equilibria)} points fail the check of the residual"
    return LogitBranch(
        equilibria,
        tuple(fold / system.scale for fold in path.folds),
        tuple(crossing / system.scale for crossing in path.crossings),
        status,
        reason,
    )


def logit_residual(stage: StageGame, strategies: Sequence[FloatArray], precision: float) -> float:
    """Return the largest difference between a probability and the logit reply to the others' play.

    It shares no code with the continuation.

    Shapes: `strategies` (n_1,), ..., (n_N,).

    Examples
    --------
    >>> stage = StageGame.from_matrices([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    >>> logit_residual(stage, [np.array([0.5, 0.5])] * 2, 7.0)
    0.0
    """
    worst = 0.0
    low = stage.payoffs.min(axis=tuple(range(stage.n_players)))
    for i, own in enumerate(strategies):
        # From the least payoff on, so that payoffs far from zero cost no digits.
        values = precision * by_own_action((stage.payoffs - low)[..., i], strategies, i)
        # Less the largest, so that no exponential overflows at a high precision.
        weights = np.exp(values - values.max())
        worst = max(worst, float(np.abs(own - weights / weights.sum()).max()))
    return worst


def _checked(precision: float) -> float:
    number = expect_number("a precision", precision, InvalidGame)
    if not (isfinite(number) and number >= 0):
        raise InvalidGame(
            f"a precision must be finite and at least 0, in units of one over payoff; got {precision!r}"
        )
    return number


def _outcome(path: Path, system: LogitSystem) -> tuple[Status, str]:
    reached = float(path.points[-1][-1]) / system.scale
    if not path.reached:
        return "partial", f"{path.reason} at precision {reached:.6g}"
    # At a crossing the principal branch is not defined by continuity alone: games with symmetries have such
    # points, and a small change of payoffs turns the branch one way or the other.
    if path.crossings:
        where = ", ".join(f"{crossing / system.scale:.4g}" for crossing in path.crossings)
        return "complete", f"another branch crosses near precision {where}; the straight one was followed"
    return "complete", "on the principal branch"


def _equilibrium(
    stage: StageGame, system: LogitSystem, point: FloatArray, precision: float, status: Status, reason: str
) -> LogitEquilibrium:
    strategies = []
    # Points hold logarithms of probabilities, up to a constant for each player at most: dividing by the sum
    # makes them a distribution without one that is zero.
    for part in system.parts(point):
        vector = np.exp(part)
        vector /= vector.sum()
        read_only(vector)
        strategies.append(vector)
    replies = best_replies(stage, strategies)
    residual = logit_residual(stage, strategies, precision)
    if residual > REGRET_TOLERANCE:
        status, reason = "partial", f"the residual {residual:.2g} is what doubles resolve at this precision"
    return LogitEquilibrium(
        tuple(strategies),
        replies.payoffs,
        precision,
        residual,
        replies.regret,
        stage.players,
        stage.actions,
        status,
        reason,
    )


@dataclass(frozen=True, eq=False)
class _Step:
    """An accepted step: its end, the tangent and orientation there, and the factor for the next length."""

    point: FloatArray
    tangent: FloatArray
    orientation: float
    stretch: float


@dataclass(eq=False)
class Path:
    """The result of following the branch."""

    # Each (sum n_i + 1,): logarithms of probabilities, then the scaled precision.
    points: list[FloatArray]
    # Scaled precisions near which the branch turns.
    folds: list[float] = field(default_factory=list)
    # Scaled precisions near which another branch crosses.
    crossings: list[float] = field(default_factory=list)
    # Whether the last point is at the requested precision.
    reached: bool = False
    # Why the last point is not at the requested precision; otherwise empty.
    reason: str = ""


class LogitSystem:
    """The equations of a game, with payoffs divided by one number so that the largest range is about 1."""

    def __init__(self, stage: StageGame) -> None:
        unit = unit_payoffs(stage)
        self.scale = float(unit.scale.max()) or 1.0
        self.payoffs = unit.shares * (unit.scale / self.scale)
        self.ends = np.cumsum([0, *stage.n_actions])
        self.players = range(stage.n_players)

    def parts(self, vector: FloatArray) -> list[FloatArray]:
        """Return the part of a vector of shape (sum n_i, ...) that belongs to each player."""
        return [vector[self.ends[i] : self.ends[i + 1]] for i in self.players]

    def start(self) -> FloatArray:
        """Return the uniform profile at precision 0, as a point of shape (sum n_i + 1,)."""
        counts = np.diff(self.ends)
        return np.append(-np.log(np.repeat(counts, counts)), 0.0)

    def evaluate(self, point: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return F, shape (n,), and its derivatives, shape (n, n + 1), where n = sum n_i."""
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
    """Follow the branch from precision 0 until it first reaches the scaled precision `target`.

    It stops earlier after `max_steps` attempted steps, when `monotonic()` passes `stop_at`, or when the steps
    become too short.

    Examples
    --------
    >>> system = LogitSystem(StageGame.from_matrices([[1, 0], [0, 0]], [[1, 0], [0, 0]]))
    >>> path = follow(system, 5.0, 1000)
    >>> path.reached, float(path.points[-1][-1])
    (True, 5.0)
    """
    point = system.start()
    path = Path([point], reached=target <= 0.0)
    here = _Step(point, *_tangent(system.evaluate(point)[1], np.eye(len(point))[-1]), 1.0)
    length, late = NUMERICS.first_step, False
    for _ in range(max_steps):
        late = monotonic() > stop_at
        if path.reached or length < NUMERICS.shortest_step or late:
            break
        step = _step(system, here, length)
        # The step passed the target. The path ends only if the corrector finds the point at the target.
        if step is not None and step.point[-1] >= target:
            landed, step = _land(system, here.point, step.point, target), None
            if landed is not None:
                path.points.append(landed)
                path.reached = True
        if step is None:
            length /= 2
            continue
        # The precision turns back along the branch at a fold.
        if step.tangent[-1] * here.tangent[-1] < 0:
            path.folds.append(float(step.point[-1]))
        if step.orientation * here.orientation < 0:
            path.crossings.append(float(step.point[-1]))
        path.points.append(step.point)
        here = step
        length *= step.stretch
    if not path.reached:
        path.reason = "stopped by the deadline" if late else f"stopped after {max_steps} steps"
        if length < NUMERICS.shortest_step:
            path.reason = "the steps became too short"
    return path


def _step(system: LogitSystem, here: _Step, length: float) -> _Step | None:
    """Return the step of this length along the tangent, or None if it must be shorter."""
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
    """Solve F = 0 in the hyperplane through a point, within `reach` of it; return None if that fails."""
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
    """Return the point of the branch at the target between two points, or None if Newton's method fails."""
    if after[-1] == target:
        return after
    share = (target - float(before[-1])) / float(after[-1] - before[-1])
    guess = before + share * (after - before)
    guess[-1] = target
    reach = max(NUMERICS.least_crossing, float(np.linalg.norm(after - before)) / 2)
    return _newton(system, guess, np.eye(len(before))[-1], reach)


def _tangent(slopes: FloatArray, along: FloatArray) -> tuple[FloatArray, float]:
    """Return the unit tangent on the side of `along`, and the sign of the determinant bordered by it."""
    try:
        solution = np.linalg.solve(np.vstack([slopes, along]), np.eye(len(along))[-1])
    except np.linalg.LinAlgError:
        solution = along
    tangent = solution / np.linalg.norm(solution)
    return tangent, float(np.linalg.slogdet(np.vstack([slopes, tangent]))[0])
