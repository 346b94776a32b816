"""Figures of relations with payments: states as boxes with what is agreed on and payoffs, moves as arrows."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, sqrt
from textwrap import wrap
from typing import TYPE_CHECKING

from matplotlib.axes import Axes

from negotiation.games import StochasticGame
from negotiation.labelled.naming import readable
from negotiation.report.figures.canvas import COLUMN, SMALL, canvas, heading
from negotiation.report.figures.graph import Arrow, Node, draw_graph

if TYPE_CHECKING:
    from negotiation.solutions.negotiation_equilibrium import NegotiationEquilibrium
    from negotiation.solutions.state_transfer_simplices import StateTransferSimplex, StateTransferSimplices

MOST_STATES = 16
"""States that are drawn: those that are reached from the first one, then the others in their order."""

SMALLEST = 0.005
"""Chances below this are not drawn."""

WIDEST = 24
"""Characters of a line in a box."""


def negotiation_figure(found: NegotiationEquilibrium, ax: Axes | None = None) -> Axes:
    """Draw what is agreed on in each state, what each player negotiates, and where play goes from there."""
    game = found.game
    title = f"Bargained anew with probability {found.negotiation_probability:.4g} a period"
    if found.status == "failed":
        with canvas(ax, COLUMN, 1.2) as axis:
            axis.set_axis_off()
            axis.text(0.0, 0.5, "no agreement in pure strategies", fontsize=SMALL)
            heading(axis, f"{title}: none")
        return axis
    moves = [_moves(game, s, int(found.positions[s, 0])) for s in range(game.n_states)]
    lines = [_inscription(found, s) for s in range(game.n_states)]
    axis = _diagram(game, lines, moves, f"negotiated payoffs: {', '.join(game.players)}", ax)
    heading(axis, f"{title}: {found.status}")
    return axis


def state_transfers_figure(found: StateTransferSimplices, ax: Axes | None = None) -> Axes:
    """Draw what is agreed on in each state, what the players can get, and where play goes from there."""
    game = found.game
    lines = [_bounds(part) for part in found.sets]
    moves = [
        {} if part.is_empty else _moves(game, s, int(part.profiles[0])) for s, part in enumerate(found.sets)
    ]
    caption = f"in a box: profile, joint payoff, worst payoffs of {', '.join(game.players)}"
    axis = _diagram(game, lines, moves, caption, ax)
    seen = "" if found.observed == "actions" else ", states alone seen"
    delta = float(game.discount_factors[0])
    heading(axis, f"Payoffs with transfers{seen}, discount factor {delta:.4g}: {found.status}")
    return axis


def _diagram(
    game: StochasticGame,
    lines: Sequence[list[str]],
    moves: list[dict[int, float]],
    caption: str,
    ax: Axes | None,
) -> Axes:
    """Draw states as boxes with these lines in them, and the moves between them."""
    shown = _shown(moves)
    nodes, arrows = {}, []
    for s in shown:
        name = game.states[s]
        nodes[name] = Node(lines[s], moves[s].get(s, 0.0) > 1 - SMALLEST)
        for t, chance in moves[s].items():
            if t != s and t in shown and chance >= SMALLEST:
                text = "" if chance > 1 - SMALLEST else f"{chance:.2g}"
                arrows.append(Arrow(name, game.states[t], text, True))
    caption += "; arrows: moves if all agree, else play stays; heavy frame: play stays for sure"
    if len(shown) < game.n_states:
        caption += f"; {len(shown)} of {game.n_states} states are drawn"
    return draw_graph(nodes, arrows, caption, ax, columns=ceil(sqrt(len(nodes))))


def _moves(game: StochasticGame, s: int, position: int) -> dict[int, float]:
    """Return the chances of the next state after a profile."""
    targets, chances = game.transitions.row(int(game.offsets[s]) + position)
    return {int(t): float(p) for t, p in zip(targets, chances, strict=True) if p}


def _shown(moves: list[dict[int, float]]) -> list[int]:
    """Return the states that are drawn, in their order."""
    reached = dict.fromkeys([0])
    for s in (waiting := [0]):
        fresh = [t for t in sorted(moves[s]) if t not in reached]
        reached.update(dict.fromkeys(fresh))
        waiting.extend(fresh)
    reached.update(dict.fromkeys(range(len(moves))))
    return sorted(list(reached)[:MOST_STATES])


def _inscription(found: NegotiationEquilibrium, s: int) -> list[str]:
    """Return the lines in a box: the state, what is agreed on, and the negotiated payoffs."""
    state = found.game.states[s]
    played = [", ".join(readable(a) for a in found.policy[state])]
    if state in found.static_policy:
        played.insert(0, "first " + ", ".join(readable(a) for a in found.static_policy[state]))
    lines = [line for text in played for line in wrap(text, WIDEST) or ["-"]]
    return [readable(state), *lines, ", ".join(f"{r:.3g}" for r in found.bargained[s])]


def _bounds(part: StateTransferSimplex) -> list[str]:
    """Return the lines in a box: the state, what is agreed on, the joint payoff and the worst payoffs."""
    if part.is_empty:
        return [readable(part.state), "no equilibrium"]
    played = part.table().rows[0][2]
    lines = wrap(", ".join(readable(a) for a in str(played).split(", ")), WIDEST) or ["-"]
    worst = wrap(", ".join(f"{v:.3g}" for v in part.threats.tolist()), WIDEST)
    return [readable(part.state), *lines, f"joint {part.joint:.4g}", *worst]
