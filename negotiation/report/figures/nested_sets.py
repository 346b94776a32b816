"""The figure of nested payoff sets: equilibrium payoffs with and without the curb and the controls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes

from negotiation.report.figures.canvas import BLUE, GREEN, ORANGE, PAGE, canvas, legend_below
from negotiation.report.figures.numerics import NUMERICS
from negotiation.report.figures.payoff_sets import closed

if TYPE_CHECKING:
    from negotiation.truces.studies.payoff_sets import BargainSets, BargainVariant

# Share of the range of the truces' payoffs within which two names would overlap.
NEAR = 0.25

LOOKS: Mapping[tuple[bool, bool], Mapping[str, Any]] = {
    (True, True): {"color": BLUE, "linestyle": "-", "linewidth": 1.6},
    (False, True): {"color": ORANGE, "linestyle": "--", "linewidth": 1.6},
    (True, False): {"color": GREEN, "linestyle": "-.", "linewidth": 1.3},
    (False, False): {"color": "black", "linestyle": ":", "linewidth": 1.6},
}


def payoff_sets_figure(sets: BargainSets, ax: Axes | None = None) -> Axes:
    """Draw the payoff sets in one plane, and mark the payoffs of the truces."""
    title = f"Equilibrium payoffs of the core game, discount factor {sets.discount_factor:.4f}"
    with canvas(ax, PAGE, 5.2, title) as axis:
        for variant in sets:
            _outline(axis, variant, sets.players[0])
        for name, x, y in sets.truces:
            axis.plot(x, y, marker="o", markersize=4, color="black", linestyle="none")
            beside = _stands_left_of_another((x, y), sets)
            axis.annotate(
                name.split("-")[2].capitalize(), (x, y), xytext=(-5 if beside else 5, 3),
                textcoords="offset points", fontsize=7, ha="right" if beside else "left",
            )  # fmt: skip
        first, second = (f"{player}, percent of GDP against everything calm" for player in sets.players)
        axis.set(xlabel=first, ylabel=second)
        legend_below(axis, columns=2)
    return axis


def _stands_left_of_another(point: tuple[float, float], sets: BargainSets) -> bool:
    """Return whether another truce is close to the right of a point, so that names would overlap."""
    places = np.array([(x, y) for _, x, y in sets.truces])
    # Distances are shares of the range of all truces' payoffs.
    ahead, above = ((places - point) / np.maximum(np.ptp(places, axis=0), NUMERICS.least_range)).T
    return bool(((ahead > 0) & (ahead < NEAR) & (abs(above) < NEAR)).any())


def _outline(axis: Axes, variant: BargainVariant, player: str) -> None:
    outer = variant.payoffs.outer
    look = LOOKS[variant.curb is not False, variant.controls is not False]
    if not len(outer):
        axis.plot([], [], label=f"{variant.name}: empty", **look)
        return
    worst = float(outer[:, 0].min())
    label = f"{variant.name}\n  (worst for {player}: {worst:.3g})"
    # A set of one point has no visible outline.
    look = {**look, "marker": "x", "markersize": 5} if len(outer) == 1 else look
    axis.plot(*closed(outer).T, label=label, **look)
    axis.fill(*outer.T, color=look["color"], alpha=0.05)
