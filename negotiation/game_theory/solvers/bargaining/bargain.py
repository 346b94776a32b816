"""Bargaining between two players over the equilibrium payoffs of a repeated game.

The bargaining set is the set of equilibrium payoffs (its inner, certified bound), and the disagreement point
is the outcome without an agreement. A rule picks one payoff pair; `strategy_for` finds an equilibrium that
yields it. Cost: one payoff set, and one pass over its edges.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import KNIFE_EDGE, FloatArray, Number, read_only
from negotiation.base.status import Status
from negotiation.errors import InvalidGame, SeveralEquilibria, shown
from negotiation.game_theory.games import RepeatedGame, StageGame, own_units
from negotiation.game_theory.solutions.payoff_set import PayoffSet
from negotiation.game_theory.solvers.bargaining.numerics import NUMERICS
from negotiation.game_theory.solvers.bargaining.rules import BargainingRule, NashBargaining
from negotiation.game_theory.solvers.nash.pure_equilibria import best_reply_mask
from negotiation.game_theory.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs


@dataclass(frozen=True, eq=False)
class BargainingSolution(Tabular, Drawable):
    """The outcome of a bargaining rule.

    Parameters
    ----------
    payoffs : array, shape (2,)
        Average discounted payoffs of the agreement; the disagreement point if `agreed` is false.
    disagreement : array, shape (2,)
        Average discounted payoffs without an agreement.
    frontier : array, shape (k, 2)
        Vertices of the individually rational Pareto frontier, from the best point for the second player to
        the best point for the first; k = 0 if `agreed` is false.
    agreed : bool
        Whether some payoff in the certified set is at least as good as disagreement for both players.
    rule : str
        Name of the rule.
    players : tuple of str
        Labels of the two players.
    payoff_set : PayoffSet
        The equilibrium payoffs over which players bargain.
    status : {"complete", "partial", "failed"}
        The status of the payoff set.
    reason : str
        How far the certified set may fall short of all equilibrium payoffs, relative to payoff ranges.

    Examples
    --------
    >>> import negotiation as ng
    >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
    >>> print(ng.bargain(ng.RepeatedGame(stage, 0.75)))
    bargaining by Nash: complete (over the certified inner bound, within 0 of the
    range of the outer one)
    player  disagreement  agreement  gain  best possible
    0                  3          9     6           9.75
    1                  3          9     6           9.75
    """

    _figure = "payoff_sets:bargaining_solution_figure"

    payoffs: FloatArray
    disagreement: FloatArray
    frontier: FloatArray
    agreed: bool
    rule: str
    players: tuple[str, ...]
    payoff_set: PayoffSet
    status: Status
    reason: str

    @property
    def gains(self) -> FloatArray:
        """Gain of each player over the disagreement payoff, shape (2,)."""
        return self.payoffs - self.disagreement

    def table(self) -> Table:
        """Return a table with one row for each player: disagreement, agreement, gain and best possible."""
        ideal = self.frontier.max(axis=0) if len(self.frontier) else self.disagreement
        rows = tuple(
            (player, *(float(x[i]) for x in (self.disagreement, self.payoffs, self.gains, ideal)))
            for i, player in enumerate(self.players)
        )
        columns = ("player", "disagreement", "agreement", "gain", "best possible")
        return Table(f"bargaining by {self.rule}: {self.status} ({self.reason})", columns, rows)


def bargain(
    game: RepeatedGame | PayoffSet,
    rule: BargainingRule | None = None,
    disagreement: str | Sequence[str] | Sequence[Number] | FloatArray = "stage equilibrium",
) -> BargainingSolution:
    """Return the bargaining outcome of two players over the equilibrium payoffs of a repeated game.

    Parameters
    ----------
    game : RepeatedGame or PayoffSet
        A game of two players, or a payoff set from `equilibrium_payoffs`.
    rule : BargainingRule, optional
        `NashBargaining()` by default; the other rules are `KalaiSmorodinsky()`, `Egalitarian()` and
        `Rubinstein()`.
    disagreement : str, profile or pair of numbers, optional
        The payoffs without an agreement, given as one of

        - "stage equilibrium", the default: the only pure equilibrium of the stage game;
        - "worst stage equilibrium": the pure equilibrium of the stage game with the least sum of payoffs,
          each divided by the player's payoff range;
        - "worst equilibrium": each player's smallest payoff in the certified set of equilibrium payoffs;
        - a profile of action labels, which is then played for ever;
        - a pair of payoffs.

    Returns
    -------
    BargainingSolution
        The outcome, with `.payoffs`, `.gains`, `.disagreement` and `.agreed`.

    Raises
    ------
    InvalidGame
        If the game is not a `RepeatedGame` of two players or a `PayoffSet`, no equilibrium is certified, the
        disagreement point has none of these forms, or the rule has no method `agree`.
    SeveralEquilibria
        If the disagreement point is "stage equilibrium" and the stage game does not have exactly one pure
        equilibrium, or "worst stage equilibrium" and it has none.
    UnknownAction
        If a profile names an action that a player does not have.
    InvalidDiscountFactor
        If a discount factor is below 1e-100 or rounds to 1.

    Examples
    --------
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]])
    >>> bargain(RepeatedGame(stage, 0.75)).payoffs.round(9).tolist()
    [9.0, 9.0]
    """
    if rule is not None and (isinstance(rule, type) or not hasattr(rule, "agree")):
        raise InvalidGame(
            f"a bargaining rule must be an object with a method `agree`; got {shown(rule)}. Use "
            "NashBargaining(), KalaiSmorodinsky(), Egalitarian(), Rubinstein(), or a rule of your own"
        )
    payoff_set = game if isinstance(game, PayoffSet) else equilibrium_payoffs(game)
    if not len(payoff_set.inner):
        raise InvalidGame(
            "bargaining needs a certified equilibrium payoff, but the inner bound of the payoff set is empty "
            f"(status {payoff_set.status}: {payoff_set.reason}). Give a game with a pure-strategy "
            "equilibrium, or a payoff set with a larger `limit`"
        )
    rule = rule or NashBargaining()
    point = _disagreement(payoff_set, disagreement)
    # An equilibrium payoff may lie outside the inner bound by up to the gap.
    near = max(KNIFE_EDGE, min(payoff_set.gap, NUMERICS.shortfall)) * payoff_set.ranges
    frontier = individually_rational_frontier(payoff_set.inner, point, near)
    agreed = bool(len(frontier))
    payoffs = point.copy()
    if agreed:
        payoffs = point + rule.agree(frontier - point, payoff_set.game.discount_factors)
    read_only(payoffs, point, frontier)
    reason = f"over the certified inner bound, within {payoff_set.gap:.2g} of the range of the outer one"
    return BargainingSolution(
        payoffs,
        point,
        frontier,
        agreed,
        rule.name,
        payoff_set.game.stage.players,
        payoff_set,
        payoff_set.status,
        reason,
    )


def _disagreement(payoff_set: PayoffSet, given: object) -> FloatArray:
    stage = payoff_set.game.stage
    if isinstance(given, str):
        if given == "worst equilibrium":
            return np.array(payoff_set.inner.min(axis=0), dtype=np.float64)
        if given in ("stage equilibrium", "worst stage equilibrium"):
            return _stage_equilibrium(stage, several=given.startswith("worst"))
        raise InvalidGame(
            "`disagreement` must be 'stage equilibrium', 'worst stage equilibrium', 'worst equilibrium', a "
            f"profile of action labels, or a pair of payoffs; got {shown(given)}"
        )
    entries = list(given) if isinstance(given, Iterable) else []
    if entries and all(isinstance(entry, str) for entry in entries):
        return np.array(stage.payoff([str(entry) for entry in entries]), dtype=np.float64)
    try:
        pair = np.array([float(entry) for entry in entries])
    except (TypeError, ValueError, OverflowError):
        pair = np.empty(0)
    if pair.shape != (2,) or not np.isfinite(pair).all():
        raise InvalidGame(
            "`disagreement` must be the name of a point, such as 'worst equilibrium', a profile of action "
            f"labels, or a pair of finite payoffs; got {shown(given)}"
        )
    return pair


def _stage_equilibrium(stage: StageGame, *, several: bool) -> FloatArray:
    equilibria = np.argwhere(best_reply_mask(stage))
    if len(equilibria) == 0 or (len(equilibria) > 1 and not several):
        labels = [stage.labels([int(k) for k in row]) for row in equilibria]
        raise SeveralEquilibria(
            f"the stage game has {len(equilibria)} pure equilibria, {shown(labels)}: as `disagreement` give "
            "a profile, or 'worst stage equilibrium'"
            if len(equilibria)
            else "the stage game has no pure equilibrium: as `disagreement` give a profile, or 'worst "
            "equilibrium'"
        )
    payoffs = np.array([stage.payoffs[tuple(row)] for row in equilibria], dtype=np.float64)
    above, ranges = own_units(stage).payoffs[0], own_units(stage).ranges()
    shares = np.array([above[tuple(row)] / ranges for row in equilibria])
    least: FloatArray = payoffs[int(shares.sum(axis=1).argmin())]
    return least.copy()


def individually_rational_frontier(polygon: FloatArray, point: FloatArray, near: FloatArray) -> FloatArray:
    """Return the Pareto frontier of a convex set above a point, from the best for player 2 to the best for 1.

    `polygon` has the vertices of the set in order around it. `near` is each player's tolerance. The result
    has no rows if the set has no point above `point`.

    Shapes: `polygon` (k, 2), `point` (2,), `near` (2,) or a number; returns vertices, (m, 2).

    Examples
    --------
    >>> square = np.array([[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0]])
    >>> individually_rational_frontier(square, np.array([1.0, 1.0]), 1e-9).tolist()
    [[2.0, 2.0]]
    """
    left, near = polygon, np.broadcast_to(near, 2)
    for axis in (0, 1):
        left = _above(left, axis, float(point[axis]), float(near[axis]))
        if not len(left):
            return np.empty((0, 2))
    left = np.maximum(left, point)
    # Best for 1, of these best for 2; from there counter-clockwise to the best for 2, of these best for 1.
    order = np.lexsort((-left[:, 1], left[:, 0]))
    hull: list[FloatArray] = []
    for vertex in left[order]:
        while hull and hull[-1][1] <= vertex[1] + near[1]:
            hull.pop()
        if hull and vertex[0] <= hull[-1][0] + near[0]:
            continue
        while len(hull) > 1 and _turn(hull[-2], hull[-1], vertex) >= 0:
            hull.pop()
        hull.append(vertex)
    return np.array(hull)


def _turn(a: FloatArray, b: FloatArray, c: FloatArray) -> float:
    return float((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]))


def _above(polygon: FloatArray, axis: int, level: float, near: float) -> FloatArray:
    """Return the vertices of the part of a convex set where one coordinate is at least a level."""
    above: list[FloatArray] = []
    for a, b in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        if a[axis] >= level - near:
            above.append(a)
        if (a[axis] - level) * (b[axis] - level) < 0:
            t = (level - a[axis]) / (b[axis] - a[axis])
            above.append(a + t * (b - a))
    return np.array(above) if above else np.empty((0, 2))
