"""Figures of mixed strategies: the equilibria of a game, and logit equilibria by precision."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from negotiation.base.labelled.naming import readable
from negotiation.report.figures.canvas import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PAGE,
    PURPLE,
    SMALL,
    canvas,
    legend_below,
    panels,
    say_instead,
)

if TYPE_CHECKING:
    from negotiation.game_theory.solvers.nash.solution import NashSolution
    from negotiation.game_theory.solvers.stage.logit_equilibrium import LogitBranch

# Most equilibria that are drawn, and most actions of a player that are named or all drawn.
MOST = 5

# Characters of a line of an action's label.
LABEL = 14

LINES = ((BLUE, "-"), (ORANGE, "--"), (GREEN, "-."), ("black", ":"), (PURPLE, (0, (6, 1, 1, 1, 1, 1))))
HATCHES = ("", "///", "...", "xxx")


def equilibria_figure(solution: NashSolution, ax: Axes | None = None) -> Axes:
    """Draw the strategies and payoffs of up to five equilibria, one row each."""
    shown = solution.equilibria[:MOST]
    count = len(solution.equilibria)
    named = "1 equilibrium" if count == 1 else f"{count} equilibria"
    title = f"{named} by {solution.method.replace('_', ' ')}: {solution.status}"
    if len(shown) < len(solution.equilibria):
        title += f" (the first {MOST} are drawn)"
    with canvas(ax, PAGE if shown else PAGE / 2, 0.9 + 0.85 * max(len(shown), 1), title, above=22) as host:
        if not shown:
            say_instead(host, "none was found")
            return host
        players = shown[0].players
        axes = panels(host, len(shown) * len(players), len(players), shared="y", gaps=(0.25, 0.28))
        for i, player in enumerate(players):
            kept = _kept(solution, i)
            labels = [fill(readable(shown[0].actions[i][k]), LABEL) for k in kept]
            for axis, equilibrium in zip(axes[i :: len(players)], shown, strict=True):
                chances = equilibrium.strategies[i][kept]
                axis.bar(
                    range(len(kept)), chances, width=0.6, color=(BLUE, ORANGE, GREEN, GREY)[i % 4],
                    hatch=HATCHES[i % 4], edgecolor="white", linewidth=0.0,
                )  # fmt: skip
                for x, chance in enumerate(chances):
                    axis.text(x, chance + 0.03, f"{chance:.3g}", ha="center", fontsize=SMALL - 1)
                above = f"{player}: payoff {equilibrium.payoffs[i]:.4g}"
                axis.set_title(above, fontsize=SMALL, weight="normal")
                axis.set(ylim=(0.0, 1.2), yticks=(0.0, 0.5, 1.0), xlim=(-0.6, len(kept) - 0.4))
                axis.set_xticks(range(len(kept)), labels if equilibrium is shown[-1] else [""] * len(labels))
                axis.tick_params(
                    axis="x", length=0, labelsize=SMALL - 0.5, labelrotation=90 if len(kept) > MOST else 0
                )
    return host


def _kept(solution: NashSolution, player: int) -> list[int]:
    """Return the actions of a player to draw: all if there are few, else those of some drawn equilibrium."""
    drawn = np.array([e.strategies[player] for e in solution.equilibria[:MOST]])
    count = drawn.shape[1]
    return [k for k in range(count) if count <= MOST or drawn[:, k].any()]


def logit_branch_figure(branch: LogitBranch, ax: Axes | None = None) -> Axes:
    """Draw the probabilities of the actions along the principal branch, with one panel per player."""
    first = branch[0]
    title = f"Logit equilibria on the principal branch: {branch.status}"
    with canvas(ax, PAGE, 2.9, title, above=20) as host:
        row = panels(host, len(first.players), len(first.players), shared="y", gaps=(0.25, 0.0))
        for i, (axis, player) in enumerate(zip(row, first.players, strict=True)):
            chances = np.array([e.strategies[i] for e in branch])
            # The legend names the actions that are played most at the end of the branch.
            order = np.argsort(-chances[-1], kind="stable")
            for place, k in enumerate(order):
                named = place < MOST
                colour, line = LINES[place] if named else (GREY, "-")
                label = fill(readable(first.actions[i][int(k)]), 2 * LABEL) if named else None
                width = 1.3 if named else 0.4
                axis.plot(branch.precisions, chances[:, k], color=colour, ls=line, lw=width, label=label)
            axis.set_title(player, fontsize=SMALL + 0.5)
            axis.set(ylim=(0.0, 1.05), yticks=(0.0, 0.25, 0.5, 0.75, 1.0))
            axis.set_xlabel("precision, one over payoff")
            legend_below(axis, columns=2)
        row[0].set_ylabel("probability")
    return host
