"""Figures of games that last: the stage of a repeated game, and the states of a stochastic one."""

from __future__ import annotations

from textwrap import wrap

import numpy as np
from matplotlib.axes import Axes

from negotiation.base.labelled.naming import readable
from negotiation.base.numeric import FloatArray
from negotiation.game_theory.games import RepeatedGame, StochasticGame
from negotiation.report.figures.bimatrix import stage_game_figure
from negotiation.report.figures.canvas import heading
from negotiation.report.figures.graph import SMALLEST, Arrow, Node, draw_graph

# States that are drawn, the first ones.
MOST_STATES = 12

# Profiles of a state up to which the payoffs of each are written, and not their range alone.
MOST_PROFILES = 6

# Characters of a line in a box.
WIDEST = 30


def repeated_game_figure(game: RepeatedGame, ax: Axes | None = None) -> Axes:
    """Draw the payoff matrix of the stage game, under its name and the discount factors."""
    # What is seen of a period, which the table's title tells too, would take a second line.
    return stage_game_figure(game.stage, ax, title=game.table().title.rpartition(", ")[0])


def stochastic_game_figure(game: StochasticGame, ax: Axes | None = None) -> Axes:
    """Draw the states of a stochastic game, with their payoffs, and what leads from one to another."""
    shown = range(min(game.n_states, MOST_STATES))
    nodes = {game.states[s]: Node([game.states[s], *_payoffs(game, s)]) for s in shown}
    arrows, dropped = [], False
    for s in shown:
        chances = _chances(game, s)
        low, high = chances.min(axis=0), chances.max(axis=0)
        for t in shown:
            dropped = dropped or 0.0 < high[t] < SMALLEST
            if high[t] >= SMALLEST:
                text = _range(float(low[t]), float(high[t]))
                arrows.append(Arrow(game.states[s], game.states[t], text, bool(low[t] >= SMALLEST)))
    caption = f"payoffs: {', '.join(game.players)}; blue, solid: chance whatever is played; orange, dashed: "
    caption += "after some profiles only"
    if len(nodes) < game.n_states:
        caption += f"; {game.n_states - len(nodes)} more states are not drawn"
    if dropped:
        caption += f"; chances below {SMALLEST:g} are not drawn"
    axis = draw_graph(nodes, arrows, caption, ax)
    heading(axis, f"Stochastic game of {game.n_states} state{'' if game.n_states == 1 else 's'}")
    return axis


def _payoffs(game: StochasticGame, s: int) -> list[str]:
    """Return the lines that tell the payoffs of a state."""
    stage = game.stages[s]
    flat = np.asarray(stage.payoffs, dtype=np.float64).reshape(-1, game.n_players)
    if len(flat) > MOST_PROFILES:
        size = " x ".join(map(str, stage.n_actions))
        ends = zip(game.players, flat.min(axis=0), flat.max(axis=0), strict=True)
        return [f"{size} actions", *(f"{name}: {_range(low, high)}" for name, low, high in ends)]
    found = []
    for index, row in zip(np.ndindex(stage.n_actions), flat, strict=True):
        profile = ", ".join(map(readable, stage.labels(index)))
        found += wrap(f"{profile}: {', '.join(f'{value:.3g}' for value in row)}", WIDEST)
    return found


def _chances(game: StochasticGame, s: int) -> FloatArray:
    """Return the chances of the next state by profile, shape (profiles, states)."""
    found = np.zeros((int(np.prod(game.stages[s].n_actions)), game.n_states))
    for profile, row in enumerate(found):
        targets, chances = game.transitions.row(int(game.offsets[s]) + profile)
        np.add.at(row, targets, np.asarray(chances, dtype=np.float64))
    return found


def _range(low: float, high: float) -> str:
    """Return two numbers as they are written, or one where they look the same."""
    first, last = f"{low:.2g}", f"{high:.2g}"
    return first if first == last else f"{first} to {last}"
