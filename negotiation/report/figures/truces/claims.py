"""Figures of claims: shares of draws with their intervals, and total Sobol indices as a heat map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from negotiation.report.figures.canvas import BLUE, PAGE, canvas, colour_bar, heading, legend_below

if TYPE_CHECKING:
    from negotiation.lab.claim_indices import ClaimIndices
    from negotiation.truces.claims.table import ClaimsTable

# Words of identifiers that have capitals in prose.
NAMED = {word.lower(): word for word in ("USA", "China", "Geneva", "London", "Busan", "Nash")}

# Cells above this index have white numbers.
DARK = 0.6


def claims_figure(table: ClaimsTable, ax: Axes | None = None) -> Axes:
    """Draw the share of draws in which each claim holds, with its interval."""
    results = list(table)
    places = -np.arange(len(results), dtype=np.float64)
    with canvas(ax, PAGE, 0.21 * len(results) + 1.3, "Share of draws in which a claim holds") as axis:
        for place, result in zip(places, results, strict=True):
            marker = "x" if result.central is None else "o"
            axis.plot([result.low, result.high], [place, place], color=BLUE, linewidth=1.4)
            axis.plot(
                result.share, place, marker=marker, markersize=5, color=BLUE, linestyle="none",
                markerfacecolor=BLUE if result.central else "white",
            )  # fmt: skip
            axis.annotate(
                f"{result.share:.0%}", (1.0, place), xycoords=("axes fraction", "data"), xytext=(4, 0),
                textcoords="offset points", va="center", fontsize=7,
            )  # fmt: skip
        axis.axvline(0.5, color="0.6", linewidth=0.7)
        numbers = [result.claim.number for result in results]
        for k in range(1, len(results)):
            if numbers[k] != numbers[k - 1]:
                axis.axhline(places[k] + 0.5, color="0.85", linewidth=0.7)
        axis.set_yticks(places, [f"{in_prose(r.claim.name)}  {r.claim.number}" for r in results])
        axis.set(ylim=(places[-1] - 0.7, 0.7), xlim=(-0.03, 1.03))
        axis.set_xlabel("share of draws in which the claim holds, 95% Wilson interval")
        for filled, label in ((BLUE, "holds at the central values"), ("white", "fails there")):
            axis.plot([], [], "o", color=BLUE, markersize=5, markerfacecolor=filled, label=label)
        legend_below(axis, columns=2)
    return axis


def claim_indices_figure(indices: ClaimIndices, ax: Axes | None = None) -> Axes:
    """Draw a heat map of total Sobol indices, claims by parameters."""
    names, grid = indices.shown()
    with canvas(ax, 1.6 + 0.26 * len(names) + 1.6, max(0.21 * len(indices) + 2.2, 2.8)) as axis:
        mesh = axis.imshow(np.ma.masked_invalid(grid), cmap="cividis_r", vmin=0.0, vmax=1.0, aspect="auto")
        axis.set_facecolor("0.93")
        for i, row in enumerate(grid):
            for j, value in enumerate(row):
                if value >= 0.1:
                    axis.text(
                        j, i, f"{value:.1f}".lstrip("0"), ha="center", va="center", fontsize=5.5,
                        color="white" if value > DARK else "black",
                    )  # fmt: skip
        axis.set_xticks(range(len(names)), names, rotation=90, fontsize=6.5)
        axis.set_yticks(range(len(indices)), [in_prose(index.measure) for index in indices], fontsize=6.5)
        colour_bar(axis, mesh)
        heading(axis, "Total Sobol index of the margin")
    return axis


def in_prose(name: str) -> str:
    """Return a claim's name as words.

    Examples
    --------
    >>> in_prose("usa_gains_by_linkage")
    'USA gains by linkage'
    """
    return " ".join(NAMED.get(word, word) for word in name.split("_"))
