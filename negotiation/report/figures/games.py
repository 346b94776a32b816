"""Figures of games: the payoff matrix of two players, a repeated game's stage, a stochastic game's states.

In a payoff matrix, best replies are marked and pure equilibria are framed.
"""

from __future__ import annotations

from textwrap import fill, wrap

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from negotiation.base.labelled.naming import readable
from negotiation.errors import InvalidGame
from negotiation.game_theory.games import RepeatedGame, StageGame, StochasticGame
from negotiation.game_theory.solvers.nash.pure_equilibria import best_reply_mask, own_reply_mask
from negotiation.report.figures.canvas import PAGE, SMALL, canvas, heading, room
from negotiation.report.figures.graph import MOST_STATES, SMALLEST, Arrow, Node, draw_graph, next_states

# Most actions of a player for which payoffs are written; in larger games best replies are marked on a grid.
MOST = 10

# Width and height of a cell, in inches.
CELL, TALL = 0.95, 0.42

# Characters of a line of an action's label, its height in inches, and the width of one.
LABEL, LINE, CHARACTER = 16, 0.115, 0.052

# Points of the smallest numbers and names.
SMALLEST_TYPE = 5.0

CAPTION = "payoffs: row player below, column player above; * best reply; frame: pure equilibrium"
MARKS = "bar: the row player's best reply; circle: the column player's; frame: pure equilibrium"


def stage_game_figure(stage: StageGame, ax: Axes | None = None, title: str | None = None) -> Axes:
    """Draw the payoff matrix of a game of two players.

    Raises
    ------
    InvalidGame
        If the game does not have exactly two players.
    """
    if stage.n_players != 2:
        raise InvalidGame(
            f"cannot draw a payoff matrix of a game with n_players={stage.n_players}; exactly two players "
            "are needed. Draw the equilibria of the stage game instead, with `ng.solve(stage).plot()`"
        )
    rows, columns = stage.n_actions
    large = max(rows, columns) > MOST
    width = PAGE * 0.75 if large else min(PAGE, 1.6 + CELL * columns)
    lines = [max(_wrapped(label).count("\n") + 1 for label in labels) for labels in stage.actions]
    tall = max(TALL, LINE * lines[0] + 0.06)
    height = PAGE * 0.75 * min(1.5, rows / columns) + 0.5 if large else 1.1 + LINE * lines[1] + tall * rows
    with canvas(ax, width, max(height, 2.0)) as axis:
        axis.set(xlim=(0, columns), ylim=(rows, 0))
        if large:
            _marks(axis, stage)
        else:
            _write_payoffs(axis, stage)
        for i, j in zip(*best_reply_mask(stage).nonzero(), strict=True):
            axis.add_patch(Rectangle((j, i), 1, 1, fill=False, linewidth=2.0, zorder=4, clip_on=False))
        axis.set_ylabel(f"{stage.players[0]} chooses the row", fontsize=SMALL + 0.5)
        caption = f"{stage.players[1]} chooses the column; {MARKS if large else CAPTION}"
        axis.set_xlabel(fill(caption, int(room(axis)[0] / 0.05)), fontsize=SMALL - 0.5)
        heading(axis, title or stage.name, above=6)
    return axis


def _write_payoffs(axis: Axes, stage: StageGame) -> None:
    """Write both payoffs of each profile, and the labels of the actions around them."""
    rows, columns = stage.n_actions
    stars = [own_reply_mask(stage, i) for i in (0, 1)]
    wide, high = room(axis)
    # A cell holds about seven characters across and three lines down.
    size = max(SMALLEST_TYPE, min(8.0, 72 * wide / columns / 7.5, 72 * high / rows / 3.2))
    for i in range(rows):
        for j in range(columns):
            for player, (x, y) in enumerate(((0.05, 0.76), (0.95, 0.26))):
                best = bool(stars[player][i, j])
                axis.text(
                    j + x, i + y, f"{stage.payoffs[i, j, player]:.3g}" + ("*" if best else ""),
                    ha=("left", "right")[player], va="center", fontsize=size,
                    weight="bold" if best else "normal",
                )  # fmt: skip
    for k in range(rows + 1):
        axis.axhline(k, color="0.6", linewidth=0.6)
    for k in range(columns + 1):
        axis.axvline(k, color="0.6", linewidth=0.6)
    names = [[_wrapped(label) for label in labels] for labels in stage.actions]
    longest = max(len(line) for name in names[1] for line in name.split("\n"))
    # A label that is wider than its column is turned upright, which takes height from all rows.
    long = CHARACTER * longest > wide / columns
    lines = max(name.count("\n") + 1 for name in names[0])
    left = high - 2 * LINE - (CHARACTER * longest if long else 0.0)
    fitting = min(SMALL, SMALL * left / rows / (LINE * lines))
    axis.set_yticks([k + 0.5 for k in range(rows)], names[0], fontsize=max(SMALLEST_TYPE, fitting))
    axis.set_xticks(
        [k + 0.5 for k in range(columns)], names[1], fontsize=SMALL, rotation=90 if long else 0
    )  # fmt: skip
    axis.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False)
    axis.spines[:].set_visible(False)


def _wrapped(label: str) -> str:
    """Return an action's label, wrapped only between its words."""
    return fill(readable(label), LABEL, break_long_words=False, break_on_hyphens=False)


def _marks(axis: Axes, stage: StageGame) -> None:
    """Mark best replies on a grid of profiles, where payoffs would be too small to read."""
    for player, marker in ((0, "_"), (1, "o")):
        i, j = own_reply_mask(stage, player).nonzero()
        size = 72 * min(room(axis)[0] / stage.n_actions[1], room(axis)[1] / stage.n_actions[0])
        axis.plot(
            j + 0.5, i + 0.5, marker, color="black", markerfacecolor="none",
            markersize=max(1.5, min(6.0, 0.6 * size)), markeredgewidth=0.8, label=stage.players[player],
        )  # fmt: skip
    axis.set(xticks=[], yticks=[])


# Most profiles of a state for which payoffs are written; of more, only their ranges are.
MOST_PROFILES = 6

# Characters of a line in a box.
WIDEST = 30


def repeated_game_figure(game: RepeatedGame, ax: Axes | None = None) -> Axes:
    """Draw the payoff matrix of the stage game, with its name and the discount factors as title."""
    # The end of the table's title, which says what players observe, would need a second line.
    return stage_game_figure(game.stage, ax, title=game.table().title.rpartition(", ")[0])


def stochastic_game_figure(game: StochasticGame, ax: Axes | None = None) -> Axes:
    """Draw up to twelve states of a stochastic game with their payoffs, and the moves between them."""
    shown = range(min(game.n_states, MOST_STATES))
    nodes = {game.states[s]: Node([game.states[s], *_payoffs(game, s)]) for s in shown}
    arrows, dropped = [], False
    for s in shown:
        chances = next_states(game, s, range(int(np.prod(game.stages[s].n_actions))))
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
    title = f"Stochastic game of {game.n_states} state{'' if game.n_states == 1 else 's'}"
    return draw_graph(nodes, arrows, caption, title, ax)


def _payoffs(game: StochasticGame, s: int) -> list[str]:
    """Return the lines of a box on the payoffs of a state: of each profile, or ranges if there are many."""
    stage = game.stages[s]
    flat = np.asarray(stage.payoffs, dtype=np.float64).reshape(-1, game.n_players)
    if len(flat) > MOST_PROFILES:
        size = " x ".join(map(str, stage.n_actions))
        ends = zip(game.players, flat.min(axis=0), flat.max(axis=0), strict=True)
        return [f"{size} actions", *(f"{name}: {_range(low, high)}" for name, low, high in ends)]
    lines = []
    for index, row in zip(np.ndindex(stage.n_actions), flat, strict=True):
        profile = ", ".join(map(readable, stage.labels(index)))
        lines += wrap(f"{profile}: {', '.join(f'{value:.3g}' for value in row)}", WIDEST)
    return lines


def _range(low: float, high: float) -> str:
    """Return a range as text, or one number if both ends look the same."""
    first, last = f"{low:.2g}", f"{high:.2g}"
    return first if first == last else f"{first} to {last}"
