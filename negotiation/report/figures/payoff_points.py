"""Figures of payoffs by player or pair: correlated play, finite horizons, penal codes, bounds, transfers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from negotiation.base.labelled.naming import readable
from negotiation.base.numeric import FloatArray
from negotiation.game_theory.games import StochasticGame
from negotiation.game_theory.linear_programs import SmallProgram
from negotiation.report.figures.automaton import automaton_figure
from negotiation.report.figures.canvas import (
    BLUE,
    COLUMN,
    GREY,
    ORANGE,
    PAGE,
    SMALL,
    canvas,
    fitting,
    legend_below,
    one_below_another,
    panels,
)
from negotiation.report.figures.payoff_sets import PROVEN, closed, hatched, hull, under

if TYPE_CHECKING:
    from negotiation.game_theory.solutions.payoff_bounds import PayoffBounds
    from negotiation.game_theory.solutions.state_transfer_simplices import StateTransferSimplex
    from negotiation.game_theory.solutions.transfer_simplex import TransferSimplex
    from negotiation.game_theory.solvers.payoff_sets.finite.payoffs import FiniteHorizonPayoffs
    from negotiation.game_theory.solvers.penal_codes.optimal_penal_code import OptimalPenalCode
    from negotiation.game_theory.solvers.stage.correlated_payoffs import CorrelatedPayoffs

# Most pairs of players that are drawn, and least inches of a panel beside another.
MOST_PAIRS, LEAST_PAIR = 3, 0.8

# Most states of an automaton that is drawn small, the height of its panel, and the height of a large one.
FEW_STATES, SMALL_GRAPH, LARGE = 3, 2.6, 5.6


def correlated_payoffs_figure(found: CorrelatedPayoffs, ax: Axes | None = None) -> Axes:
    """Draw the payoffs of correlated equilibrium: a set in the plane, or a range for each player."""
    title = f"Payoffs of correlated equilibrium: {found.status}"
    if len(found.vertices):
        with canvas(ax, COLUMN + 0.4, COLUMN + 0.4, title) as axis:
            hatched(axis, found.vertices, "correlated equilibria", linewidth=1.2)
            axis.plot(*found.vertices.T, marker="o", markersize=4, color=BLUE, linestyle="none")
            axis.set(xlabel=f"payoff of {found.players[0]}", ylabel=f"payoff of {found.players[1]}")
            axis.margins(0.1)
        return axis
    with canvas(ax, COLUMN + 0.8, 0.9 + 0.3 * len(found.players), title) as axis:
        places = np.arange(len(found.players))
        axis.hlines(places, found.least, found.greatest, color=BLUE, linewidth=2.0)
        for ends in (found.least, found.greatest):
            axis.plot(ends, places, marker="|", color=BLUE, linestyle="none", markersize=9)
        axis.set_yticks(places, found.players)
        axis.invert_yaxis()
        axis.margins(0.1)
        axis.set_xlabel("payoff")
    return axis


def finite_horizon_payoffs_figure(found: FiniteHorizonPayoffs, ax: Axes | None = None) -> Axes:
    """Draw the payoffs of a finite repetition, with one panel for each of up to three pairs of players."""
    points = np.array(found.payoffs, dtype=np.float64).reshape(-1, len(found.players))
    title = f"Payoffs of {found.periods} periods: {found.status}" + ("" if len(points) else ": none")

    def draw(axis: Axes, i: int, j: int) -> None:
        """Draw the payoffs of two players, and the worst of each."""
        axis.plot(
            *points[:, [i, j]].T, marker="o", markersize=3, color=BLUE, linestyle="none", label="payoffs"
        )
        if len(points):
            worst = points.min(axis=0)
            axis.plot(worst[i], worst[j], marker="x", color="black", linestyle="none", label="worst of each")

    return by_pair(ax, found.players, title, draw, MOST_PAIRS, LEAST_PAIR)


def penal_code_figure(found: OptimalPenalCode, ax: Axes | None = None) -> Axes:
    """Draw the automata that punish the players, one below another."""
    title = f"Optimal penal code: {found.status}"
    wide = max((len(strategy.states) for strategy in found.strategies), default=1) > FEW_STATES
    tall = LARGE if wide else SMALL_GRAPH

    def punish(i: int, axis: Axes) -> None:
        """Draw the punishment of one player."""
        automaton_figure(found.strategies[i], axis)
        gets, least = float(found.payoffs[i, i]), float(found.bounds[i])
        axis.set_title(f"{found.players[i]} gets {gets:.4g}, at least {least:.4g}", fontsize=SMALL)

    drawings = [partial(punish, i) for i in range(len(found.strategies))]
    width, none = PAGE if wide else PAGE * 0.8, "no equilibrium in pure strategies"
    return one_below_another(ax, title, drawings, none, tall, width, above=20, gap=0.2)


IN_A_ROW = 3

# Directions in a plane in which the outer bound is traced.
TURNS = 180


def payoff_bounds_figure(bounds: PayoffBounds, ax: Axes | None = None) -> Axes:
    """Draw the bounds of equilibrium payoffs, projected on each pair of players."""
    stage = bounds.game.stage
    flat = stage.payoffs.reshape(-1, stage.n_players)
    title = under("Equilibrium payoffs by pair of players", bounds.game.discount_factors)

    def draw(axis: Axes, i: int, j: int) -> None:
        """Draw the feasible payoffs of two players, and the inner and outer bounds."""
        axis.plot(*closed(hull(flat[:, [i, j]])).T, color=GREY, linewidth=0.8, label="feasible")
        if len(bounds.inner):
            hatched(axis, hull(bounds.inner[:, [i, j]]), PROVEN, linewidth=1.0, alpha=0.6)
        if not bounds.is_empty:
            outer = hull(_shadow(bounds, flat, i, j))
            axis.plot(*closed(outer).T, color=ORANGE, linestyle="--", label="outer bound")

    return by_pair(ax, stage.players, title + (": none" if bounds.is_empty else ""), draw)


def transfer_simplex_figure(found: TransferSimplex | StateTransferSimplex, ax: Axes | None = None) -> Axes:
    """Draw payoffs with transfers, one panel per pair of players, with the others at their worst payoffs."""
    game, title = found.game, "Equilibrium payoffs with transfers"
    if isinstance(game, StochasticGame):
        state = str(getattr(found, "state", ""))
        stage, unpaid, title = game.stage(state), "paid in the state", f"{title} in {readable(state)}"
    else:
        stage, unpaid = game.stage, "feasible unpaid"
    flat, corners = stage.payoffs.reshape(-1, stage.n_players), found.vertices
    title = under(title, game.discount_factors[:1])

    def draw(axis: Axes, i: int, j: int) -> None:
        """Draw the payoffs of two players without and with transfers."""
        axis.plot(*closed(hull(flat[:, [i, j]])).T, color=GREY, linewidth=0.8, label=unpaid)
        if len(corners):
            shadow = corners[[0, 1 + i, 1 + j]][:, [i, j]]
            hatched(axis, shadow, "with transfers, others at their worst", linewidth=1.0, alpha=0.6)
            axis.plot(*shadow[0], marker="x", color="black", linestyle="none", label="worst for either")

    return by_pair(ax, stage.players, title + (": none" if found.is_empty else ""), draw)


def by_pair(
    ax: Axes | None,
    players: Sequence[str],
    title: str,
    draw: Callable[[Axes, int, int], object],
    most: int | None = None,
    least: float | None = None,
) -> Axes:
    """Draw one panel for each of the first `most` pairs of players, by default for all pairs.

    `draw` takes the axes of a panel and the positions of its two players. Up to three panels stand in a row,
    or fewer if they would be narrower than `least` inches.
    """
    pairs = list(combinations(range(len(players)), 2))[:most] or [(0, 0)]
    columns = min(IN_A_ROW, len(pairs))
    rows = -(-len(pairs) // columns)
    with canvas(ax, PAGE if len(pairs) > 1 else PAGE / 2, 0.6 + 2.5 * rows, title, above=8) as host:
        columns = columns if least is None else fitting(host, columns, least, gap=0.55)
        axes = panels(host, len(pairs), columns, gaps=(0.55, 0.5))
        for axis, (i, j) in zip(axes, pairs, strict=True):
            draw(axis, i, j)
            axis.set(xlabel=players[i], ylabel=players[j])
            axis.margins(0.08)
        legend_below(host, axes[0].get_legend_handles_labels()[0])
    return host


def _shadow(bounds: PayoffBounds, flat: FloatArray, i: int, j: int) -> FloatArray:
    """Return the farthest points of the outer bound in up to `TURNS` directions of a plane, shape (k, 2).

    The plane has the payoffs of players i and j. Shapes: `flat` (profiles, players).
    """
    # Payoffs are shares of each player's range, so that units do not matter.
    least, ranges = flat.min(axis=0), np.where(np.ptp(flat, axis=0) > 0.0, np.ptp(flat, axis=0), 1.0)
    program = SmallProgram(bounds.directions * ranges)
    program.set_rows(np.full(len(bounds.levels), -np.inf), bounds.levels - bounds.directions @ least)
    program.set_low(np.zeros(len(least)))
    farthest = []
    for angle in np.linspace(0.0, 2 * np.pi, TURNS, endpoint=False):
        aim = np.zeros(len(least))
        aim[i], aim[j] = np.cos(angle), np.sin(angle)
        # The projection of the farthest point is a corner of the shadow, or on its edge.
        best = program.maximum(aim)
        if best is not None:
            farthest.append(best[1])
    points: FloatArray = least + ranges * np.array(farthest).reshape(-1, len(least))
    return points[:, [i, j]]
