"""The extreme payoffs of correlated equilibrium: each player's range, and for two players the whole polygon.

The set of correlated equilibrium payoffs is a polytope, the image of the obedience polytope (Aumann 1974).
Its maximum in a direction is the value of a linear program. For two players the search starts from the axis
directions. It then maximises in the direction normal to each edge of the hull found so far, and adds the
point if it lies beyond the edge. When no edge moves, the hull is the set. Cost: about two programs for each
vertex.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import REGRET_TOLERANCE, FloatArray, read_only
from negotiation.base.status import Status
from negotiation.game_theory.exact.hulls import hull as exact_hull
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.games.capabilities import Takes
from negotiation.game_theory.solvers.stage.numerics import NUMERICS
from negotiation.game_theory.solvers.stage.obedience_program import (
    ObedienceProgram,
    Optimum,
    disobedience_gains,
)


@dataclass(frozen=True, eq=False)
class CorrelatedPayoffs(Tabular, Drawable):
    """The extreme payoffs of correlated equilibrium.

    Parameters
    ----------
    least, greatest : array, shape (N,)
        Least and greatest payoff of each player in any correlated equilibrium.
    vertices : array, shape (k, 2)
        For two players, the vertices of the set of payoffs, counter-clockwise. For other numbers of players
        the shape is (0, N).
    margin : float
        Least loss from disobeying a recommendation, times the probability of the recommendation, over the
        equilibria that attain these payoffs. It is a share of the player's payoff range.
    gap : float
        Bound on how far the set reaches beyond these points, as a share of the payoff ranges.
    players : tuple of str
        Labels of the players.
    status : {"complete", "partial", "failed"}
        `complete` if it is proven in whole numbers that each point is an equilibrium payoff, and the gap is
        at most `tolerance`. `failed` if no equilibrium was found; the payoffs are then NaN if the linear
        programs failed. `partial` otherwise.
    reason : str
        What was proven, or why the answer is partial.
    tolerance : float
        Largest gap that counts as zero, as a share of each player's payoff range.

    Examples
    --------
    >>> import negotiation as ng
    >>> stage = ng.StageGame.from_matrices([[6, 2], [7, 0]], [[6, 7], [2, 0]], actions=("CD", "CD"))
    >>> print(ng.extreme_correlated_payoffs(stage))
    correlated equilibrium payoffs: complete (10 linear programs, each proven in
    whole numbers)
              payoff 0  payoff 1
    least            2         2
    greatest         7         7
    vertex 0         2         7
    vertex 1       3.6       3.6
    vertex 2         7         2
    vertex 3      5.25      5.25
    """

    _figure = "payoff_points:correlated_payoffs_figure"

    least: FloatArray
    greatest: FloatArray
    vertices: FloatArray
    margin: float
    gap: float
    players: tuple[str, ...]
    status: Status
    reason: str
    tolerance: float = 10 * NUMERICS.same_point

    def table(self) -> Table:
        """Return a table with a row for the least payoffs, one for the greatest and one for each vertex."""
        rows: list[tuple[object, ...]] = [
            ("least", *(float(v) for v in self.least)),
            ("greatest", *(float(v) for v in self.greatest)),
        ]
        rows.extend((f"vertex {k}", *(float(v) for v in row)) for k, row in enumerate(self.vertices))
        title = f"correlated equilibrium payoffs: {self.status} ({self.reason})"
        return Table(title, ("", *(f"payoff {player}" for player in self.players)), tuple(rows))


@Takes("correlated payoffs", (StageGame,))
def extreme_correlated_payoffs(stage: StageGame) -> CorrelatedPayoffs:
    """Return the extreme payoffs of the correlated equilibria of a game.

    Parameters
    ----------
    stage : StageGame
        A game with any number of players.

    Returns
    -------
    CorrelatedPayoffs
        The least and greatest payoff of each player and, for two players, the vertices of the set.

    Raises
    ------
    InvalidGame
        If `stage` is not a StageGame.
    SizeLimit
        If the linear program has more than 20,000,000 entries.

    Examples
    --------
    >>> chicken = StageGame.from_matrices([[6, 2], [7, 0]], [[6, 7], [2, 0]])
    >>> result = extreme_correlated_payoffs(chicken)
    >>> result.vertices.round(6).tolist()
    [[2.0, 7.0], [3.6, 3.6], [7.0, 2.0], [5.25, 5.25]]
    """
    search = _Search(ObedienceProgram(stage))
    for i in range(stage.n_players):
        for sign in (-1.0, 1.0):
            # Each player's range first: for two players these points begin the polygon.
            search.run(sign * np.eye(stage.n_players)[i])
    corners = search.polygon() if stage.n_players == 2 else np.zeros((0, stage.n_players))
    points = np.array(search.points or [np.full(stage.n_players, np.nan)])
    vertices = search.payoffs(corners)
    least, greatest = search.payoffs(np.array([points.min(axis=0), points.max(axis=0)]))
    read_only(vertices, least, greatest)
    status, reason = search.judged()
    return CorrelatedPayoffs(
        least, greatest, vertices, -search.gain + 0.0, search.gap, stage.players, status, reason
    )


class _Search:
    """Points of the payoff set in shares, with the largest gap and gain of the programs that found them."""

    def __init__(self, program: ObedienceProgram) -> None:
        self.program = program
        self.points: list[FloatArray] = []
        self.programs = 0
        self.gap = 0.0
        self.gain = -np.inf
        self.trouble = ""

    def run(self, direction: FloatArray) -> Optimum:
        """Maximise in a direction of shape (N,), keep the point, and return the optimum."""
        self.programs += 1
        optimum = self.program.run(direction.tolist(), leeway=NUMERICS.same_point)
        self.trouble = self.trouble or optimum.doubt
        if optimum.distribution is None:
            return optimum
        shares = self.program.shares
        self.points.append(np.array([float(share) for share in optimum.shares]))
        self.gap = max(self.gap, optimum.bound - optimum.value)
        self.gain = max(self.gain, float(disobedience_gains(shares, optimum.distribution).max()))
        return optimum

    def payoffs(self, points: FloatArray) -> FloatArray:
        """Return points in shares, shape (k, N), as payoffs; unchanged if any is not finite."""
        if not np.isfinite(points).all():
            return points
        rows = [[self.program.payoff(i, Fraction(x)) for i, x in enumerate(row)] for row in points.tolist()]
        return np.array(rows, dtype=np.float64).reshape(points.shape)

    def polygon(self) -> FloatArray:
        """Add points until no edge of the hull moves; return its vertices in shares, counter-clockwise."""
        settled: set[tuple[float, ...]] = set()
        while not self.trouble:
            corners = hull(np.array(self.points))
            moved = False
            for k in range(len(corners) if len(corners) > 1 else 0):
                start, end = corners[k], corners[(k + 1) % len(corners)]
                key = (*start.tolist(), *end.tolist())
                # Each edge is examined once: if no point lies beyond it, it is an edge of the set.
                if key in settled:
                    continue
                settled.add(key)
                if self.programs >= NUMERICS.most_programs:
                    self.trouble = f"stopped after {NUMERICS.most_programs} linear programs"
                    break
                along = end - start
                normal = np.array([along[1], -along[0]]) / np.hypot(*along)
                optimum = self.run(normal)
                beyond = float(normal @ self.points[-1]) - float(normal @ start)
                # If the edge does not move, the program's bound limits how far beyond it the set may reach.
                self.gap = max(
                    self.gap, optimum.bound - float(normal @ start) if beyond <= NUMERICS.same_point else 0.0
                )
                moved = moved or beyond > NUMERICS.same_point
            if not moved:
                break
        return hull(np.array(self.points)) if self.points else np.zeros((0, 2))

    def judged(self) -> tuple[Status, str]:
        """Return the status of the search and the reason for it."""
        if not self.points or self.gain > REGRET_TOLERANCE:
            return "failed", self.trouble or f"a recommendation is worth disobeying by {self.gain:.2g}"
        if self.trouble:
            return "partial", self.trouble
        if self.gap > 10 * NUMERICS.same_point:
            return "partial", f"the set may reach {self.gap:.2g} of the payoff range beyond these points"
        return "complete", f"{self.programs} linear programs, each proven in whole numbers"


def hull(points: FloatArray) -> FloatArray:
    """Return the vertices of the convex hull of points in the plane, counter-clockwise.

    Consecutive vertices are left out if all of them are within `NUMERICS.same_point` of the segment that
    joins their neighbours. The distance is from the segment and not from its line, because a vertex far
    beyond the ends of the segment can be close to the line.

    Shapes: `points` (k, 2); returns (vertices, 2).

    Examples
    --------
    >>> hull(np.array([[0.0, 0.0], [1.0, 0.0], [0.5, 0.0], [1.0, 1.0], [0.0, 1e-12]])).tolist()
    [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]]
    """
    corners = points[exact_hull(list(map(tuple, points.tolist())))]
    corners_left, here = [corners[0]], 0
    while here < len(corners):
        there = here + 1
        # Corners close to the segment that joins their neighbours are left out. All corners of a run are
        # compared with the segment, so that small turns do not add up.
        while there < len(corners) and _are_near(corners, here, there + 1):
            there += 1
        here = there
        if here < len(corners):
            corners_left.append(corners[here])
    return np.array(corners_left)


def _are_near(corners: FloatArray, here: int, there: int) -> bool:
    """Return whether all corners between two are within `NUMERICS.same_point` of the segment between them."""
    start, end = corners[here], corners[there % len(corners)]
    along = end - start
    square = float(along @ along)
    for corner in corners[here + 1 : there]:
        share = float((corner - start) @ along) / square if square else 0.0
        away = corner - start - min(1.0, max(0.0, share)) * along
        if float(np.hypot(*away)) > NUMERICS.same_point:
            return False
    return True
