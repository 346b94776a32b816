"""Figures of Markov perfect equilibria: states as boxes with their values, moves in equilibrium as arrows."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from negotiation.labelled.naming import readable
from negotiation.numeric import FloatArray
from negotiation.report.figures.canvas import PAGE, SMALL, canvas, heading, panels, room
from negotiation.report.figures.graph import Arrow, Node, draw_graph

if TYPE_CHECKING:
    from negotiation.solvers.markov.solution import MarkovEquilibria, MarkovEquilibrium

MOST_STATES = 12
"""States that are drawn, those of the most weight in the long run first."""

MOST_PANELS, LEAST_PANEL = 3, 1.2
"""Equilibria that are drawn below each other, and the inches that each needs."""

SMALLEST = 0.005
"""Chances below this are not drawn, and the figure says so."""

WIDEST = 26
"""Characters of a line in a box."""

PATIENCE = 512
"""Periods after which play is taken to be in the long run."""


def markov_figure(equilibrium: MarkovEquilibrium, ax: Axes | None = None) -> Axes:
    """Draw one Markov perfect equilibrium as a graph."""
    moves = _moves(equilibrium)
    weight = np.full(len(moves), 1.0 / len(moves))
    for _ in range(PATIENCE):
        weight = weight @ moves
    order = sorted(np.argsort(-weight, kind="stable")[:MOST_STATES].tolist())
    nodes, arrows, dropped = {}, [], len(order) < len(moves)
    for s in order:
        name = equilibrium.states[s]
        values = ", ".join(f"{v:.3g}" for v in equilibrium.values[s])
        nodes[name] = Node([name, *_play(equilibrium, s), f"value {values}"], bool(weight[s] > SMALLEST))
        for t in order:
            if moves[s, t] >= SMALLEST:
                text = "" if moves[s, t] > 1 - SMALLEST else f"{moves[s, t]:.2g}"
                arrows.append(Arrow(name, equilibrium.states[t], text, True))
            else:
                dropped = dropped or moves[s, t] > 0
    caption = f"values: {', '.join(equilibrium.players)}; heavy frame: where play stays"
    if dropped:
        caption += f"; chances below {SMALLEST:g} or states of little weight are not drawn"
    return draw_graph(nodes, arrows, caption, ax)


def _moves(equilibrium: MarkovEquilibrium) -> FloatArray:
    """Return the chances of the next state by state, shape (S, S), under the equilibrium's strategies."""
    game = equilibrium.game
    found = np.zeros((game.n_states, game.n_states))
    for s, row in enumerate(equilibrium.mixed_actions):
        chance = np.ones(1)
        for vector in row:
            chance = np.multiply.outer(chance, vector).ravel()
        for profile in np.flatnonzero(chance):
            targets, chances = game.transitions.row(int(game.offsets[s]) + int(profile))
            np.add.at(found[s], targets, chance[profile] * chances.astype(np.float64))
    return found


def _play(equilibrium: MarkovEquilibrium, s: int) -> list[str]:
    """Return what is played in a state: labels, and the chances of the actions that are mixed."""
    stage = equilibrium.game.stages[s]
    words = []
    for labels, vector in zip(stage.actions, equilibrium.mixed_actions[s], strict=True):
        played = [(label, float(p)) for label, p in zip(labels, vector, strict=True) if p > 0]
        words.append(
            readable(played[0][0])
            if len(played) == 1
            else " / ".join(f"{readable(label)} {p:.2g}" for label, p in played)
        )
    joined = ", ".join(words)
    return [joined] if len(joined) <= WIDEST else [line for word in words for line in wrap(word, WIDEST)]


def _fitting(axis: Axes) -> int:
    """Return how many equilibria axes have room for, one at least."""
    return min(MOST_PANELS, max(1, int(room(axis)[1] / LEAST_PANEL)))


def markov_equilibria_figure(solution: MarkovEquilibria, ax: Axes | None = None) -> Axes:
    """Draw the Markov perfect equilibria that were found, at most three or as fit, each as a graph."""
    shown = solution.equilibria[: MOST_PANELS if ax is None else _fitting(ax)]
    if len(solution) == 1:
        axis = markov_figure(shown[0], ax)
        heading(axis, f"The one equilibrium found by {solution.method}: {solution.status}")
        return axis
    title = f"{len(solution)} Markov perfect equilibria by {solution.method}: {solution.status}"
    if len(shown) < len(solution):
        title += f" (the first {f'{len(shown)} are' if len(shown) > 1 else 'is'} drawn)"
    with canvas(ax, PAGE * 0.8, 0.6 + 2.5 * max(len(shown), 1)) as host:
        heading(host, title, above=8)
        if not shown:
            host.set_axis_off()
            host.text(0.0, 0.5, "none was found", fontsize=SMALL)
            return host
        for row, equilibrium in zip(panels(host, len(shown), gaps=(0.0, 0.1)), shown, strict=True):
            markov_figure(equilibrium, row[0])
    return host
