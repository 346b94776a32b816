"""Figures of play in continuous time: states as boxes with their worth, moves as arrows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from negotiation.base.labelled.naming import readable
from negotiation.base.numeric import FloatArray
from negotiation.game_theory.solvers.continuous.generator import process
from negotiation.report.figures.graph import Node, arrows_between, draw_equilibria, draw_graph, long_run
from negotiation.report.figures.numerics import NUMERICS

if TYPE_CHECKING:
    from negotiation.game_theory.solutions.continuous_equilibrium import ChosenPlay, ContinuousEquilibria

# Moves at a lower rate than this share of the highest are not drawn, and the figure says so.
SMALLEST = 0.01


def continuous_play_figure(play: ChosenPlay, ax: Axes | None = None) -> Axes:
    """Draw play in continuous time as a graph of up to twelve states."""
    return _drawn(play, f"Play in continuous time by {play.found_by}", ax)


def _drawn(play: ChosenPlay, title: str, ax: Axes | None) -> Axes:
    """Draw play as a graph with a title."""
    game, rates = play.game, _rates(play)
    count = len(rates)
    # Values that are zero up to rounding are shown as zero.
    size = float(np.abs(play.average_values).max())
    averages = np.where(np.abs(play.average_values) < NUMERICS.rounding * size, 0.0, play.average_values)
    leaving = rates.sum(axis=1)
    # Uniformised at twice the highest rate: every state can be kept, so that the chain is aperiodic.
    clock = 2.0 * leaving.max() or 1.0
    moves = rates / clock + np.diag(1.0 - leaving / clock)
    weight, order = long_run(moves)
    nodes = {}
    least = SMALLEST * float(rates[np.ix_(order, order)].max())
    for s in order:
        name = game.states[s]
        worth = ", ".join(f"{v:.4g}" for v in averages[s])
        nodes[name] = Node([readable(name), f"worth {worth}"], bool(weight[s] * count > 1.0))
    arrows, dropped = arrows_between(game.states, rates, order, least, "{:.2g}".format)
    caption = f"worth as a lasting flow to {', '.join(game.players)}; arrows: moves a year; "
    caption += "heavy frame: where play is often"
    if dropped or len(order) < count:
        caption += "; rare moves or states are not drawn"
    return draw_graph(nodes, arrows, caption, title, ax, columns=int(np.ceil(np.sqrt(len(nodes)))))


def _rates(play: ChosenPlay) -> FloatArray:
    """Return the rates a year at which play moves from state to state, shape (S, S), with a zero diagonal."""
    rates: FloatArray = process(play.game, play).moves.toarray()
    np.fill_diagonal(rates, 0.0)
    return rates


def continuous_equilibria_figure(found: ContinuousEquilibria, ax: Axes | None = None) -> Axes:
    """Draw up to three of the equilibria, as many as fit, each as a graph."""
    return draw_equilibria(found.equilibria, f"in continuous time: {found.status}", _drawn, ax)
