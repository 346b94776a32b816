"""Figures of sets of payoff pairs: between their bounds, state by state, and by horizon."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes

from negotiation.base.numeric import FloatArray
from negotiation.game_theory.exact.hulls import hull as exact_hull
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solutions.payoff_set import PayoffSet
from negotiation.game_theory.solutions.state_payoff_set import StatePayoffSet
from negotiation.game_theory.solvers.nash.pure_equilibria import best_reply_mask
from negotiation.game_theory.solvers.stage.minmax import minmax
from negotiation.report.figures.canvas import (
    BLUE,
    COLUMN,
    GREEN,
    GREY,
    ORANGE,
    PAGE,
    SMALL,
    canvas,
    heading,
    legend_below,
    panels,
)

if TYPE_CHECKING:
    from negotiation.game_theory.solutions.bounded_set import BoundedSet
    from negotiation.game_theory.solutions.finite_horizon_set import FiniteHorizonSet
    from negotiation.game_theory.solutions.state_payoff_set import StatePayoffSets
    from negotiation.game_theory.solvers.bargaining.bargain import BargainingSolution
    from negotiation.game_theory.solvers.payoff_sets.public.patient_limit import PublicPerfectLimit

# Most states that are drawn, and how many stand side by side.
MOST_STATES, IN_A_ROW = 12, 4

MOST_HORIZONS = 6

PROVEN = "proven (inner bound)"


def payoff_set_figure(payoffs: BoundedSet, ax: Axes | None = None) -> Axes:
    """Draw the inner and outer bound of a set of equilibrium payoffs in the plane."""
    with canvas(ax, COLUMN + 0.4, COLUMN + 0.6) as axis:
        if isinstance(payoffs, PayoffSet):
            _stage_game(axis, payoffs.game.stage)
            players = payoffs.game.stage.players
            title = under("Equilibrium payoffs", payoffs.game.discount_factors)
        elif isinstance(payoffs, StatePayoffSet):
            players = payoffs.game.players
            title = under(f"Equilibrium payoffs, state {payoffs.state}", payoffs.game.discount_factors)
        _bounds(axis, payoffs)
        heading(axis, f"{title}: none" if payoffs.is_empty else title)
        _plane(axis, players)
    return axis


def public_limit_figure(limit: PublicPerfectLimit, ax: Axes | None = None) -> Axes:
    """Draw the set that bounds perfect public equilibrium payoffs at every discount factor."""
    with canvas(ax, COLUMN + 0.4, COLUMN + 0.6) as axis:
        _stage_game(axis, limit.stage)
        if len(limit.vertices):
            hatched(axis, limit.vertices, "limit set" if limit.has_interior else "bound", linewidth=1.8)
            if len(limit.vertices) == 1:
                axis.plot(*limit.vertices.T, marker="o", markersize=13, markerfacecolor="none", color=BLUE)
        title = "Perfect public equilibrium payoffs as patience grows"
        heading(axis, title if len(limit.vertices) else f"{title}: none")
        _plane(axis, limit.stage.players)
    return axis


def bargaining_solution_figure(solution: BargainingSolution, ax: Axes | None = None) -> Axes:
    """Draw the payoffs that could be agreed on, and the agreement of a bargaining rule."""
    with canvas(ax, COLUMN + 0.4, COLUMN + 0.6) as axis:
        inner = solution.payoff_set.inner
        if len(inner):
            hatched(axis, inner, PROVEN, linewidth=0.7)
        if len(solution.frontier):
            axis.plot(
                *solution.frontier.T, color=ORANGE, linewidth=2.4, label="frontier",
                marker="s" if len(solution.frontier) == 1 else None, markersize=9, markerfacecolor="none",
            )  # fmt: skip
        axis.plot(
            *solution.disagreement, marker="x", color="black", markersize=7, markeredgewidth=1.5,
            linestyle="none", label="disagreement", zorder=5,
        )  # fmt: skip
        if solution.agreed:
            axis.plot(
                *solution.payoffs, marker="D", color="black", markersize=6, linestyle="none",
                label="agreement", zorder=5,
            )  # fmt: skip
        what = f"Bargaining by {solution.rule}"
        heading(axis, what if solution.agreed else f"{what}: nothing is better for both")
        _plane(axis, solution.players)
    return axis


def _plane(axis: Axes, players: Sequence[str], unit: str = "", columns: int = 2) -> None:
    """Label the axes of a plane of payoffs, and set its legend below."""
    axis.set(xlabel=f"payoff of {players[0]}{unit}", ylabel=f"payoff of {players[1]}{unit}")
    axis.margins(0.08)
    legend_below(axis, columns=columns)


def hatched(
    axis: Axes, polygon: FloatArray, label: str, linewidth: float, alpha: float | None = None
) -> None:
    """Draw a hatched polygon of payoffs, which has the given label in legends."""
    axis.fill(
        *polygon.T, facecolor="none", edgecolor=BLUE, hatch="////", linewidth=linewidth, alpha=alpha,
        label=label,
    )  # fmt: skip


def under(what: str, deltas: tuple[Any, ...]) -> str:
    """Return a title with the discount factor, or with all different discount factors."""
    named = ", ".join(f"{float(delta):.4g}" for delta in dict.fromkeys(deltas))
    return f"{what}, discount factor {named}" if "," not in named else f"{what}, discount factors {named}"


def _bounds(axis: Axes, payoffs: BoundedSet, small: bool = False) -> None:
    """Draw both bounds and the worst payoffs, labelled for a legend."""
    inner, outer = payoffs.inner, payoffs.outer
    if len(inner) > 2:
        hatched(axis, inner, PROVEN, linewidth=0.0, alpha=0.5)
    elif len(inner):
        # A point or a segment has no area to hatch.
        axis.plot(*inner.T, color=BLUE, marker="o", markersize=5, linewidth=2.5, label=PROVEN)
    if len(outer):
        look: dict[str, Any] = (
            {"marker": "o", "markersize": 8, "markerfacecolor": "none"} if len(outer) == 1 else {}
        )
        axis.plot(
            *closed(outer).T, color=ORANGE, linestyle="-", linewidth=1.8, label="outer bound", **look
        )  # fmt: skip
        threats = np.asarray(getattr(payoffs, "threats", outer.min(axis=0)), dtype=np.float64)
        if np.isfinite(threats).all():
            axis.plot(
                *threats, marker="x", color="black", markersize=4 if small else 6, linestyle="none",
                markeredgewidth=1.3, label="worst for either", zorder=5,
            )  # fmt: skip


def _stage_game(axis: Axes, stage: StageGame) -> None:
    """Draw the feasible set of a stage game, its pure minmax payoffs and its pure equilibria."""
    flat = stage.payoffs.reshape(-1, 2)
    axis.plot(*closed(hull(flat)).T, color=GREY, linewidth=0.7, label="feasible")
    worst = minmax(stage).values
    axis.axvline(float(worst[0]), color=GREEN, linestyle=":", linewidth=1.2, label="pure minmax")
    axis.axhline(float(worst[1]), color=GREEN, linestyle=":", linewidth=1.2)
    static = stage.payoffs[best_reply_mask(stage)]
    if len(static):
        axis.plot(
            *static.T, marker="s", markersize=8, color="black", linestyle="none", markerfacecolor="white",
            label="stage equilibrium", zorder=4,
        )  # fmt: skip


def closed(polygon: FloatArray) -> FloatArray:
    """Return the corners of a polygon with the first corner repeated at the end.

    Examples
    --------
    >>> closed(np.array([[0.0, 0.0], [1.0, 0.0]])).tolist()
    [[0.0, 0.0], [1.0, 0.0], [0.0, 0.0]]
    """
    return np.vstack([polygon, polygon[:1]])


def hull(points: FloatArray) -> FloatArray:
    """Return the corners of the convex hull of points, counter-clockwise.

    Shapes: `points` (n, 2); the corners (k, 2).

    Examples
    --------
    >>> hull(np.array([[0.0, 0.0], [2.0, 0.0], [1.0, 0.5], [0.0, 2.0]])).tolist()
    [[0.0, 0.0], [2.0, 0.0], [0.0, 2.0]]
    """
    return points[exact_hull(list(map(tuple, points.tolist())))]


def state_sets_figure(sets: StatePayoffSets, ax: Axes | None = None) -> Axes:
    """Draw the sets of up to twelve states of a stochastic game, one panel each, on common axes."""
    shown = sets.sets[:MOST_STATES]
    columns = min(IN_A_ROW, len(shown))
    rows = -(-len(shown) // columns)
    title = under("Equilibrium payoffs by state", sets.game.discount_factors)
    if len(shown) < len(sets.sets):
        title += f" (the first {MOST_STATES} of {len(sets.sets)} states)"
    with canvas(ax, min(PAGE, 0.9 + 1.9 * columns), 1.1 + 1.5 * rows) as host:
        axes = panels(host, len(shown), columns, shared="xy", gaps=(0.15, 0.3))
        for axis, part in zip(axes, shown, strict=True):
            _bounds(axis, part, small=True)
            axis.set_title(part.state + (": none" if part.is_empty else ""), fontsize=SMALL)
            axis.margins(0.08)
        for axis in axes[::columns]:
            axis.set_ylabel(sets.game.players[1], fontsize=SMALL)
        for axis in axes[-columns:]:
            axis.set_xlabel(sets.game.players[0], fontsize=SMALL)
        heading(host, title, above=18)
        full = next((axis for axis in axes if axis.lines), axes[0])
        legend_below(host, full.get_legend_handles_labels()[0])
    return host


def finite_horizon_figure(sets: FiniteHorizonSet, ax: Axes | None = None) -> Axes:
    """Draw the sets of a finitely repeated game, for up to six numbers of periods."""
    steps = np.unique(np.linspace(0, sets.periods - 1, MOST_HORIZONS).astype(int)).tolist()
    with canvas(ax, COLUMN + 0.4, COLUMN + 0.5) as axis:
        for k, t in enumerate(steps):
            polygon = np.array(sets.polygons[t], dtype=np.float64)
            shade = f"{0.7 * (1 - (k + 1) / len(steps)):.2f}"
            line = ("-", "--", "-.", ":")[k % 4]
            label = f"{t + 1} period{'s' if t else ''}"
            if not len(polygon):
                axis.plot([], [], color=shade, linestyle=line, label=f"{label}: none")
                continue
            axis.plot(
                *closed(polygon).T, color=shade, linestyle=line, label=label,
                marker="o" if len(polygon) == 1 else None, markersize=4 + k,
            )  # fmt: skip
        heading(axis, f"Payoffs by horizon, discount factor {float(sets.discount_factor):.4g}")
        _plane(axis, sets.players, ", a period", columns=3)
    return axis
