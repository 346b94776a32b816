"""The figure of the verdicts under every theory: a grid of legs and theories."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from negotiation.report.figures.canvas import BLUE, ORANGE, PAGE, SMALL, canvas, heading
from negotiation.report.figures.truces.agreement import titled

if TYPE_CHECKING:
    from negotiation.truces.theory_verdicts import TheoryVerdicts


def theory_verdicts_figure(verdicts: TheoryVerdicts, ax: Axes | None = None) -> Axes:
    """Draw the verdicts as a grid: legs down, theories across.

    Parameters
    ----------
    verdicts : TheoryVerdicts
        Of one agreement.
    ax : matplotlib.axes.Axes, optional
        Where; axes of a new figure if not given.

    Returns
    -------
    matplotlib.axes.Axes
        A filled cell where the leg holds, a hatched one where it breaks, each with its margin in percent of
        GDP and, where there are draws, the share of them in which it holds.
    """
    legs = list(dict.fromkeys(row.leg for row in verdicts))
    names = list(dict.fromkeys(row.theory for row in verdicts))
    with canvas(ax, PAGE, 0.9 + 0.45 * len(legs)) as host:
        heading(host, f"{titled(verdicts.agreement)}: verdict by leg and theory", above=8)
        host.set_xlim(-0.5, len(names) - 0.5)
        host.set_ylim(len(legs) - 0.5, -0.5)
        for row in verdicts:
            x, y = names.index(row.theory), legs.index(row.leg)
            colour = BLUE if row.holds else ORANGE
            host.add_patch(
                Rectangle(
                    (x - 0.46, y - 0.42), 0.92, 0.84, facecolor=colour, alpha=0.25, edgecolor=colour,
                    hatch=None if row.holds else "///", linewidth=0.8,
                )
            )  # fmt: skip
            host.text(x, y, f"{row.words}\n{row.margin:+.2g}", ha="center", va="center", fontsize=SMALL)
        host.set_xticks(range(len(names)), names, fontsize=SMALL)
        host.set_yticks(range(len(legs)), [f"{leg} leg" for leg in legs], fontsize=SMALL)
        host.tick_params(length=0)
        for side in host.spines.values():
            side.set_visible(False)
    return host
