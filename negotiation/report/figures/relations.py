"""Figures of relations with payments: states as boxes with agreements and payoffs, moves as arrows."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, sqrt
from textwrap import wrap
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from negotiation.base.labelled.naming import readable
from negotiation.base.numeric import FloatArray
from negotiation.game_theory.games import StochasticGame
from negotiation.report.figures.canvas import COLUMN, one_below_another
from negotiation.report.figures.graph import (
    SMALLEST,
    Node,
    arrows_between,
    chance_written,
    draw_graph,
    next_states,
)

if TYPE_CHECKING:
    from negotiation.game_theory.solutions.negotiation_equilibrium import NegotiationEquilibrium
    from negotiation.game_theory.solutions.state_transfer_simplices import (
        StateTransferSimplex,
        StateTransferSimplices,
    )

# Most states that are drawn: first the states reached from the first one, then the others in their order.
MOST_STATES = 16

# Characters of a line in a box.
WIDEST = 24


def negotiation_figure(equilibrium: NegotiationEquilibrium, ax: Axes | None = None) -> Axes:
    """Draw each state with its agreement and negotiated payoffs, and the moves that follow."""
    game = equilibrium.game
    title = f"Bargained anew with probability {equilibrium.negotiation_probability:.4g} a period"
    if equilibrium.status == "failed":
        none = "no agreement in pure strategies"
        return one_below_another(ax, f"{title}: none", (), none, tall=0.6, width=COLUMN, above=4)
    moves = _moves(game, equilibrium.positions[:, 0].tolist())
    lines = [_inscription(equilibrium, s) for s in range(game.n_states)]
    caption = f"negotiated payoffs: {', '.join(game.players)}"
    return _diagram(game, lines, moves, caption, f"{title}: {equilibrium.status}", ax)


def state_transfers_figure(found: StateTransferSimplices, ax: Axes | None = None) -> Axes:
    """Draw each state with its agreement, joint payoff and worst payoffs, and the moves that follow."""
    game = found.game
    lines = [_bounds(part) for part in found.sets]
    moves = _moves(game, [None if part.is_empty else int(part.profiles[0]) for part in found.sets])
    caption = f"in a box: profile, joint payoff, worst payoffs of {', '.join(game.players)}"
    seen = "" if found.observed == "actions" else ", states alone seen"
    delta = float(game.discount_factors[0])
    title = f"Payoffs with transfers{seen}, discount factor {delta:.4g}: {found.status}"
    return _diagram(game, lines, moves, caption, title, ax)


def _diagram(
    game: StochasticGame, lines: Sequence[list[str]], chances: FloatArray, caption: str, title: str,
    ax: Axes | None,
) -> Axes:  # fmt: skip
    """Draw states as boxes with the given lines, and the moves between them; `chances` are (S, S)."""
    shown = _shown(chances)
    nodes = {game.states[s]: Node(lines[s], chances[s, s] > 1 - SMALLEST) for s in shown}
    arrows, _ = arrows_between(game.states, chances, shown, SMALLEST, chance_written)
    caption += "; arrows: moves if all agree, else play stays; heavy frame: play stays for sure"
    if len(shown) < game.n_states:
        caption += f"; {len(shown)} of {game.n_states} states are drawn"
    return draw_graph(nodes, arrows, caption, title, ax, columns=ceil(sqrt(len(nodes))))


def _moves(game: StochasticGame, played: Sequence[int | None]) -> FloatArray:
    """Return the chances of moves after the profile of each state, shape (S, S); zeros if it has none."""
    rows = [next_states(game, s, [] if k is None else [k]) for s, k in enumerate(played)]
    return np.array([row.sum(axis=0) for row in rows])


def _shown(chances: FloatArray) -> list[int]:
    """Return the states to draw, in their order; states reached from the first one have precedence."""
    # The list grows while it is read: it holds the states reached so far, the nearest first.
    reached = [0]
    for s in reached:
        reached += [t for t in np.flatnonzero(chances[s]).tolist() if t not in reached]
    return sorted([*reached, *(s for s in range(len(chances)) if s not in reached)][:MOST_STATES])


def _inscription(equilibrium: NegotiationEquilibrium, s: int) -> list[str]:
    """Return the lines in a box: state, agreement, and negotiated payoffs."""
    state = equilibrium.game.states[s]
    played = [", ".join(readable(a) for a in equilibrium.policy[state])]
    if state in equilibrium.static_policy:
        played.insert(0, "first " + ", ".join(readable(a) for a in equilibrium.static_policy[state]))
    lines = [line for text in played for line in wrap(text, WIDEST) or ["-"]]
    return [readable(state), *lines, ", ".join(f"{r:.3g}" for r in equilibrium.bargained[s])]


def _bounds(part: StateTransferSimplex) -> list[str]:
    """Return the lines in a box: state, agreement, joint payoff, and worst payoffs."""
    if part.is_empty:
        return [readable(part.state), "no equilibrium"]
    played = part.table().rows[0][2]
    lines = wrap(", ".join(readable(a) for a in str(played).split(", ")), WIDEST) or ["-"]
    worst = wrap(", ".join(f"{v:.3g}" for v in part.threats.tolist()), WIDEST)
    return [readable(part.state), *lines, f"joint {part.joint:.4g}", *worst]
