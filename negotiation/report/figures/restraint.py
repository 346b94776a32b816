"""Figures of threats that run out: the largest gain that is deterred, by cover, and the map of a dispute."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from negotiation.base.numeric import FloatArray
from negotiation.game_theory.solvers.closed_forms.restraint import restraint_many
from negotiation.report.figures.canvas import (
    BLUE,
    COLUMN,
    ORANGE,
    PAGE,
    SMALL,
    canvas,
    fitting,
    heading,
    panels,
)

if TYPE_CHECKING:
    from negotiation.game_theory.solvers.closed_forms.restraint import Restraint
    from negotiation.truces.studies.restraint_map import GameRegion, MapPoint, RestraintMap

# Periods of cover that are drawn at least, and shares of draws that bound the shades of a map.
LEAST_COVER, SHARES = 8, (0.0, 0.05, 0.5, 0.95, 1.0001)

# What the four numbers of the game are called.
NUMBERS = ("gain", "harm", "loss", "cost")

# Days of one clock from which on only the first and the last are named.
MANY = 4

# Points of a map's notes; a shade has one where its horizons differ at least by this factor.
NOTE, WIDE = 5.5, 1.5


def restraint_figure(found: Restraint, ax: Axes | None = None) -> Axes:
    """Draw the largest gain that is deterred by periods of cover, and the gain of the game."""
    n = found.numbers
    periods = np.arange(min(max(LEAST_COVER, 2 * n.cover), 60) + 1)
    target, user = map(float, n.discount_factors)
    harm = float(n.harm)
    least, most = restraint_many(
        loss=float(n.loss), harm=harm, cost=float(n.cost), cover=periods, discount_factors=(target, user)
    )
    with canvas(ax, COLUMN, 2.6) as axis:
        axis.plot(
            periods, harm * target ** (periods + 1), color=ORANGE, linestyle="--", label="target's patience"
        )
        axis.plot(periods, least, color=BLUE, marker=".", label="and what the user bears")
        doubt = "not decided" if (most > least).any() else None
        axis.fill_between(periods, least, most, color=BLUE, alpha=0.2, linewidth=0, label=doubt)
        axis.plot(n.cover, float(n.gain), "o", color="black", label="this game", zorder=3)
        axis.set_ylim(bottom=0.0)
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
        axis.set_xlabel("periods of cover")
        axis.set_ylabel("largest gain deterred")
        axis.legend()
        said = {True: "is kept", False: "fails", None: "is not decided"}[found.holds]
        heading(axis, f"Restraint {said}")
    return axis


def restraint_map_figure(found: RestraintMap, ax: Axes | None = None) -> Axes:
    """Draw the share of draws in which restraint is kept by cover and horizon, two limits, and the record.

    Beside it, if the map has it, the region in which the dispute's own game keeps restraint.
    """
    with canvas(ax, PAGE if found.game else COLUMN, 3.6) as axis:
        if found.game is None:
            _map(axis, found)
        else:
            columns = fitting(axis, 2, 2.6)
            first, second = panels(axis, 2, columns, gaps=(0.55, 1.25))
            _map(first, found)
            _own_game(second, found, found.game)
        heading(axis, "Where a threat that runs out keeps restraint")
    return axis


def _map(axis: Axes, found: RestraintMap) -> None:
    target, user = found.players
    axis.contourf(found.covers, found.horizons, found.share, SHARES, colors=("white", "0.93", "0.84", "0.72"))
    _name_shades(axis, found)
    axis.plot(found.covers, _edge(found), color="black", linewidth=1.4, label="kept above, central values")
    axis.plot(found.covers, found.target, "--", color=ORANGE, label=f"patience of {target}")
    axis.plot(found.covers, found.user, ":", color=BLUE, linewidth=1.6, label=f"{user} bears the threat")
    for clock in dict.fromkeys(point.clock for point in found.points):
        _record(axis, [point for point in found.points if point.clock == clock])
    numbers = zip(NUMBERS, found.numbers.values(), strict=True)
    told = [f"{name} {v:.2g} ({low:.2g} to {high:.2g})" for name, (v, low, high) in numbers]
    _plane(
        axis,
        found,
        f"{', '.join(told[:2])}\n{', '.join(told[2:])}\npercent of GDP a period; "
        f"5 to 95 percent of {found.draws} draws",
    )


def _own_game(axis: Axes, found: RestraintMap, game: GameRegion) -> None:
    """Draw where the dispute's own game is proven to keep restraint, and the smallest game's edge."""
    axis.contourf(game.covers, game.horizons, game.kept, (0.51, 1.0), colors=("0.84",))
    axis.plot(found.covers, _edge(found), color="black", linewidth=1.4, label="smallest game keeps it above")
    middle = float(game.covers.mean())
    axis.text(middle, 700.0, f"kept in the {game.size} game of the dispute", fontsize=NOTE, ha="center")
    axis.text(middle, 14.0, "not kept", fontsize=NOTE, ha="center")
    alike, _ = game.compared(found.numbers)
    _plane(axis, found, f"both say the same at {100 * alike:.0f} percent of {game.kept.size} places\n\n")


def _edge(found: RestraintMap) -> FloatArray:
    """Return the horizon from which on restraint is kept at the central values, by cover."""
    kept = found.central.astype(bool)
    return np.where(kept.any(axis=0), found.horizons[kept.argmax(axis=0)], np.nan)


def _plane(axis: Axes, found: RestraintMap, told: str) -> None:
    """Name the axes of cover and horizon, and what stands below them."""
    axis.set_yscale("log")
    axis.set_xlim(found.covers[0], found.covers[-1])
    axis.set_ylim(found.horizons[0], found.horizons[-1])
    axis.set_xlabel(f"cover by stocks, days\n{told}", fontsize=SMALL)
    axis.set_ylabel("effective horizon, days")
    axis.legend(loc="upper right", fontsize=NOTE)


def _name_shades(axis: Axes, found: RestraintMap) -> None:
    """Say in each shade, towards the right, in how many draws restraint is kept there at least."""
    column = 3 * len(found.covers) // 4
    for low, high in pairwise(SHARES):
        inside = found.horizons[(found.share[:, column] >= low) & (found.share[:, column] < high)]
        if len(inside) and inside[-1] > WIDE * inside[0]:
            words = f"kept in {100 * low:g}% of draws or more" if low else "kept in hardly any draw"
            middle = float(np.sqrt(inside[0] * inside[-1]))
            axis.text(found.covers[column], middle, words, fontsize=NOTE, ha="center", va="center")


def _record(axis: Axes, points: list[MapPoint]) -> None:
    """Draw the days of one clock: stocks with their band, and lines up to the horizon of discounting."""
    named: dict[float, str] = {}
    for point in points:
        axis.plot([point.cover_low, point.cover_high], [point.clock] * 2, color="0.35", linewidth=0.7)
        axis.plot(point.cover, point.clock, "o", color="black", markersize=3.5, zorder=3)
        day = f"{point.day:%b}\n{point.day:%Y}"
        named[point.cover] = f"{named[point.cover].split()[-1]}, {day}" if point.cover in named else day
    # Many days of one clock have the names of their first and last.
    shown = list(named.items()) if len(named) < MANY else [list(named.items())[k] for k in (0, -1)]
    for cover, name in shown:
        axis.plot([cover] * 2, [points[0].clock, points[0].discounting], color="0.35", linewidth=0.4)
        axis.annotate(
            name, (cover, points[0].clock), (2, 3), textcoords="offset points", fontsize=NOTE,
            linespacing=0.9,
        )  # fmt: skip
