"""Figures of payoffs of correlated play, of payoffs of finite repetitions, and of penal codes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from negotiation.report.figures.automaton import automaton_figure
from negotiation.report.figures.canvas import (
    BLUE,
    COLUMN,
    PAGE,
    SMALL,
    canvas,
    heading,
    one_below_another,
)
from negotiation.report.figures.payoff_sets import hatched
from negotiation.report.figures.projections import by_pair

if TYPE_CHECKING:
    from negotiation.game_theory.solvers.payoff_sets.finite.payoffs import FiniteHorizonPayoffs
    from negotiation.game_theory.solvers.penal_codes.optimal_penal_code import OptimalPenalCode
    from negotiation.game_theory.solvers.stage.correlated_payoffs import CorrelatedPayoffs

# Pairs of players that are drawn, and the inches that each needs beside another.
MOST_PAIRS, LEAST_PAIR = 3, 0.8

# Up to so many states an automaton is drawn small; the inches of its height then, and otherwise.
FEW_STATES, SMALL_GRAPH, LARGE = 3, 2.6, 5.6


def correlated_payoffs_figure(found: CorrelatedPayoffs, ax: Axes | None = None) -> Axes:
    """Draw the payoffs of correlated equilibrium."""
    title = f"Payoffs of correlated equilibrium: {found.status}"
    if len(found.vertices):
        with canvas(ax, COLUMN + 0.4, COLUMN + 0.4) as axis:
            hatched(axis, found.vertices, "correlated equilibria", linewidth=1.2)
            axis.plot(*found.vertices.T, marker="o", markersize=4, color=BLUE, linestyle="none")
            heading(axis, title)
            axis.set_xlabel(f"payoff of {found.players[0]}")
            axis.set_ylabel(f"payoff of {found.players[1]}")
            axis.margins(0.1)
        return axis
    with canvas(ax, COLUMN + 0.8, 0.9 + 0.3 * len(found.players)) as axis:
        places = np.arange(len(found.players))
        axis.hlines(places, found.least, found.greatest, color=BLUE, linewidth=2.0)
        for ends in (found.least, found.greatest):
            axis.plot(ends, places, marker="|", color=BLUE, linestyle="none", markersize=9)
        axis.set_yticks(places, found.players)
        axis.invert_yaxis()
        axis.margins(0.1)
        axis.set_xlabel("payoff")
        heading(axis, title)
    return axis


def finite_horizon_payoffs_figure(found: FiniteHorizonPayoffs, ax: Axes | None = None) -> Axes:
    """Draw the payoffs of a finite repetition, a panel for each pair of players."""
    points = np.array(found.payoffs, dtype=np.float64).reshape(-1, len(found.players))
    title = f"Payoffs of {found.periods} periods: {found.status}" + ("" if len(points) else ": none")

    def draw(axis: Axes, i: int, j: int) -> None:
        axis.plot(
            *points[:, [i, j]].T, marker="o", markersize=3, color=BLUE, linestyle="none", label="payoffs"
        )
        if len(points):
            worst = points.min(axis=0)
            axis.plot(worst[i], worst[j], marker="x", color="black", linestyle="none", label="worst of each")

    return by_pair(ax, found.players, title, draw, MOST_PAIRS, LEAST_PAIR)


def penal_code_figure(found: OptimalPenalCode, ax: Axes | None = None) -> Axes:
    """Draw the automaton that punishes each player."""
    title = f"Optimal penal code: {found.status}"
    wide = max((len(strategy.states) for strategy in found.strategies), default=1) > FEW_STATES
    tall = LARGE if wide else SMALL_GRAPH

    def punish(i: int, axis: Axes) -> None:
        automaton_figure(found.strategies[i], axis)
        gets, least = float(found.payoffs[i, i]), float(found.bounds[i])
        axis.set_title(f"{found.players[i]} gets {gets:.4g}, at least {least:.4g}", fontsize=SMALL)

    drawings = [partial(punish, i) for i in range(len(found.strategies))]
    width, none = PAGE if wide else PAGE * 0.8, "no equilibrium in pure strategies"
    return one_below_another(ax, title, drawings, none, tall, width, above=20, gap=0.2)
