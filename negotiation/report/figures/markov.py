"""Figures of Markov perfect equilibria: states as boxes with their values, moves as arrows."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from negotiation.base.labelled.naming import readable
from negotiation.base.numeric import FloatArray
from negotiation.report.figures.graph import (
    SMALLEST,
    Node,
    arrows_between,
    chance_written,
    draw_equilibria,
    draw_graph,
    lines_of,
    long_run,
    next_states,
)

if TYPE_CHECKING:
    from negotiation.game_theory.solvers.markov.solution import MarkovEquilibria, MarkovEquilibrium

# Characters of a line in a box.
WIDEST = 26


def markov_figure(equilibrium: MarkovEquilibrium, ax: Axes | None = None) -> Axes:
    """Draw one Markov perfect equilibrium as a graph of up to twelve states."""
    return _drawn(equilibrium, "A Markov perfect equilibrium", ax)


def _drawn(equilibrium: MarkovEquilibrium, title: str, ax: Axes | None) -> Axes:
    """Draw an equilibrium as a graph with a title."""
    moves = _moves(equilibrium)
    weight, order = long_run(moves)
    nodes = {}
    for s in order:
        name = equilibrium.states[s]
        values = ", ".join(f"{v:.3g}" for v in equilibrium.values[s])
        nodes[name] = Node([name, *_play(equilibrium, s), f"value {values}"], bool(weight[s] > SMALLEST))
    arrows, dropped = arrows_between(equilibrium.states, moves, order, SMALLEST, chance_written, loops=True)
    caption = f"values: {', '.join(equilibrium.players)}; heavy frame: where play stays"
    if dropped or len(order) < len(moves):
        caption += f"; chances below {SMALLEST:g} or states of little weight are not drawn"
    return draw_graph(nodes, arrows, caption, title, ax)


def _moves(equilibrium: MarkovEquilibrium) -> FloatArray:
    """Return the chances of moves between states under the equilibrium's strategies, shape (S, S)."""
    # Chances of profiles are products of the players' chances, in row-major order like the rows.
    chances = [reduce(np.multiply.outer, row).ravel() for row in equilibrium.mixed_actions]
    played = [np.flatnonzero(chance) for chance in chances]
    rows = (next_states(equilibrium.game, s, profiles.tolist()) for s, profiles in enumerate(played))
    return np.array([c[k] @ row for c, k, row in zip(chances, played, rows, strict=True)])


def _play(equilibrium: MarkovEquilibrium, s: int) -> list[str]:
    """Return the lines of a box on what is played: labels, with chances for mixed actions."""
    stage = equilibrium.game.stages[s]
    words = []
    for labels, vector in zip(stage.actions, equilibrium.mixed_actions[s], strict=True):
        played = [(label, float(p)) for label, p in zip(labels, vector, strict=True) if p > 0]
        words.append(
            readable(played[0][0])
            if len(played) == 1
            else " / ".join(f"{readable(label)} {p:.2g}" for label, p in played)
        )
    return lines_of(words, WIDEST)


def markov_equilibria_figure(solution: MarkovEquilibria, ax: Axes | None = None) -> Axes:
    """Draw up to three of the Markov perfect equilibria, as many as fit, each as a graph."""
    return draw_equilibria(solution.equilibria, f"by {solution.method}: {solution.status}", _drawn, ax)
