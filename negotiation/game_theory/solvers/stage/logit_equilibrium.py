"""Logit quantal response equilibria on the principal branch, for any number of players.

At precision m >= 0 each player plays action a with probability proportional to exp(m u(a)), u(a) the expected
payoff against the others' play (McKelvey and Palfrey 1995): uniform at 0, nearer to best replies as m grows.
The equilibria on the branch that begins at the uniform profile are found by `logit_path` (Turocy 2005), which
has the algorithm and its cost. The answer is checked by putting it back into the formula.

At every logit equilibrium player i's regret is at most ln(n_i) / m, since the logit reply maximises expected
payoff plus entropy / m.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from threading import TIMEOUT_MAX

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
from negotiation.game_theory.solvers.stage.best_replies import best_replies
from negotiation.game_theory.solvers.stage.logit_path import LogitSystem, Path, follow
from negotiation.game_theory.solvers.stage.numerics import NUMERICS


@dataclass(frozen=True, eq=False)
class LogitEquilibrium(Tabular):
    """One logit equilibrium.

    Parameters
    ----------
    strategies : tuple of arrays, shapes (n_1,), ..., (n_N,)
        One probability vector for each player.
    payoffs : array, shape (N,)
        Expected payoffs.
    precision : float
        The precision, in units of one over payoff. Lower than what was asked for where the status is
        `partial`.
    residual : float
        Largest difference between a probability and the logit reply to the others' play.
    regret : float
        Largest gain of any player from a best reply, in payoff units.
    players, actions
        Labels, as in the game.
    status : {"complete", "partial", "failed"}
        `complete` at the precision asked for with a residual within `tolerance`; else `reason` says why not.
    reason : str
        What was proven, or why the answer is partial.
    tolerance : float
        Residuals up to it count as none.

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
        """Return one row for each action."""
        rows = tuple(
            (player, label, float(p), float(self.payoffs[i]))
            for i, player in enumerate(self.players)
            for label, p in zip(self.actions[i], self.strategies[i], strict=True)
        )
        title = f"logit equilibrium at precision {self.precision:.6g}: {self.status} ({self.reason})"
        return Table(title, ("player", "action", "probability", "payoff"), rows)


@dataclass(frozen=True, eq=False)
class LogitBranch(Tabular, Drawable):
    """The principal branch of logit equilibria, in the order in which it is passed.

    Parameters
    ----------
    equilibria : tuple of LogitEquilibrium
        From the uniform profile at precision 0; the precision falls between two folds.
    folds : tuple of float
        Precisions near which the branch turns.
    crossings : tuple of float
        Precisions near which another branch crosses; the one that goes straight on was followed.
    status : {"complete", "partial", "failed"}
        `complete` where the branch was followed to the precision asked for; else `reason` says why not.
    reason : str
        What was proven, or why the answer is partial.

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
        """The precision of each equilibrium, shape (K,)."""
        return np.array([equilibrium.precision for equilibrium in self.equilibria])

    def __iter__(self) -> Iterator[LogitEquilibrium]:
        return iter(self.equilibria)

    def __len__(self) -> int:
        return len(self.equilibria)

    def __getitem__(self, position: int) -> LogitEquilibrium:
        return self.equilibria[position]

    def table(self) -> Table:
        """Return one row for each equilibrium."""
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
    """Return the logit equilibrium on the principal branch at a precision.

    Where the branch turns back and passes the precision several times, this is the first passage.

    Parameters
    ----------
    stage : StageGame
        A game with any number of players.
    precision : float
        Finite and not negative, in units of one over payoff; 0 gives the uniform profile.
    max_steps : int, optional
        Largest number of steps along the branch.
    deadline : float, optional
        Seconds after which no step is taken.

    Returns
    -------
    LogitEquilibrium
        With its residual and regret; `partial`, at the precision reached, where steps or time ran out.

    Raises
    ------
    InvalidGame
        If the precision is negative or not finite.
    ValueError
        If the deadline is not a positive number of seconds.

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
    """Return the principal branch of logit equilibria from precision 0 to where it first reaches a precision.

    Parameters
    ----------
    stage : StageGame
        A game with any number of players.
    max_precision : float
        Finite and not negative, in units of one over payoff.
    max_steps : int, optional
        Largest number of steps along the branch.
    deadline : float, optional
        Seconds after which no step is taken.

    Returns
    -------
    LogitBranch
        The points at which the steps ended; close where the branch bends.

    Raises
    ------
    InvalidGame
        If the precision is negative or not finite.
    ValueError
        If the deadline is not a positive number of seconds.

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

    Shares no code with the continuation.

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
            f"a precision is finite and at least 0, in units of one over payoff; got {precision!r}"
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
