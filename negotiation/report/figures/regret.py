"""The figure of a regret: the loss in each round of a play, or in each public state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.axes import Axes

from negotiation.base.labelled.naming import readable
from negotiation.report.figures.canvas import PAGE, canvas, heading

if TYPE_CHECKING:
    from negotiation.game_theory.solvers.best_response.regret import Regret

# Most states that have a bar: those that cost most.
MOST = 12


def regret_figure(found: Regret, ax: Axes | None = None) -> Axes:
    """Draw the regret of a policy, in each round of a recorded play or in up to twelve costliest states."""
    unit = found.best.facing.usd_bn
    what = "given away" if unit is None else "given away, USD bn a year"
    size = 1.0 if unit is None else unit
    states = sorted(((float(x), s) for s, x in found.lost.items() if x), reverse=True)[:MOST][::-1]
    with canvas(ax, PAGE, 2.4 if found.rounds else 1.2 + 0.25 * len(states)) as axis:
        total = float(found.value) * size
        heading(axis, f"Regret of {found.player}: {total:.3g}{'' if unit is None else ' USD bn a year'}")
        if found.rounds:
            axis.bar(range(1, len(found.rounds) + 1), [x * size for x in found.rounds], color="0.35")
            axis.xaxis.get_major_locator().set_params(integer=True)  # type: ignore[call-arg] # of MaxNLocator
            axis.set(xlabel="round", ylabel=what)
        else:
            axis.barh(range(len(states)), [x * size for x, _ in states], color="0.35")
            axis.set_yticks(range(len(states)), [readable(s) for _, s in states])
            axis.set_xlabel(what)
    return axis
