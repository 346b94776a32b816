"""The figure of one play: what the players are paid and what they see, period by period."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from negotiation.base.labelled.naming import readable
from negotiation.report.figures.canvas import PAGE, SIDES, SMALL, canvas, panels

if TYPE_CHECKING:
    from negotiation.game_theory.play.simulate import Trace

# Most profiles or signals that have their own row; rarer ones share the last.
MOST = 6

# Most characters of the name of a row.
LONGEST = 28

LINES = ("-", "--", ":", "-.")
REST = "all others"


def trace_figure(trace: Trace, ax: Axes | None = None) -> Axes:
    """Draw the payoffs of one play, and below them what is seen in each period."""
    seen = [_seen(trace, t) for t in range(len(trace))]
    kinds = [kind for kind, _ in Counter(seen).most_common(MOST)]
    lines = [*kinds, REST] if len(set(seen)) > MOST else kinds
    periods = np.arange(1, len(trace) + 1)
    title = f"Play over {len(trace)} period{'s' if len(trace) != 1 else ''}"
    with canvas(ax, PAGE, 2.6 + 0.16 * len(lines), title) as host:
        top, below = panels(host, 2, gaps=(0.0, 0.45), heights=(1.2, 0.3 + 0.16 * len(lines)))
        for k, player in enumerate(trace.players):
            top.step(
                periods, trace.payoffs[:, k], LINES[k % len(LINES)], where="mid", label=player,
                color=SIDES[k] if k < len(SIDES) else f"C{k}",
            )  # fmt: skip
        top.set_ylabel("payoff")
        top.legend(fontsize=SMALL, loc="upper left", bbox_to_anchor=(1.0, 1.0))
        places = [lines.index(each) if each in lines else len(lines) - 1 for each in seen]
        below.plot(periods, places, "o", color="black", markersize=3)
        below.set_yticks(range(len(lines)), [each[:LONGEST] for each in lines], fontsize=SMALL)
        below.set(ylim=(len(lines) - 0.5, -0.5), xlabel="period", ylabel="seen")
        for axis in (top, below):
            axis.set_xlim(0.5, len(trace) + 0.5)
    return host


def _seen(trace: Trace, period: int) -> str:
    """Return what the players see at the end of a period: the profile, or a public signal."""
    if set(trace.signals) == {"profile"}:
        return ", ".join(map(readable, trace.profiles[period]))
    return readable(trace.signals[period])
