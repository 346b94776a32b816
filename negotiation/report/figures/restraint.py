"""Figures of threats that run out: the largest gain deterred, by cover, and the map of a dispute."""

from __future__ import annotations

from itertools import pairwise, product
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch
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
    panels,
    room,
)

if TYPE_CHECKING:
    from negotiation.game_theory.solvers.closed_forms.restraint import Restraint
    from negotiation.truces.studies.restraint_map import MapPoint, RestraintMap

# Fewest periods of cover that are drawn.
LEAST_COVER = 8

# Shares of draws that bound the shades of a map, and the shades.
SHARES, SHADES = (0.0, 0.5, 0.95, 1.0001), ("white", "0.79", "0.58")

# What the four numbers of the game are called.
NUMBERS = ("gain g", "harm h", "loss c", "cost κ")

# Fewest days with the same clock that share one name.
MANY = 4

# Points of a map's notes; inches of a letter's width and a line's height; inches from a point to its name.
NOTE = 6.0
LETTER, BESIDE = (0.047, 0.088), 0.05

# Points that stand for a line in the search for room for names.
FINE = 400


def restraint_figure(found: Restraint, ax: Axes | None = None) -> Axes:
    """Draw the largest gain that is deterred, by periods of cover, and the gain of the game."""
    n = found.numbers
    periods = np.arange(min(max(LEAST_COVER, 2 * n.cover), 60) + 1)
    target, user = map(float, n.discount_factors)
    harm = float(n.harm)
    least, most = restraint_many(
        loss=float(n.loss), harm=harm, cost=float(n.cost), cover=periods, discount_factors=(target, user)
    )
    verdict = {True: "is kept", False: "fails", None: "is not decided"}[found.holds]
    with canvas(ax, COLUMN, 2.6, f"Restraint {verdict}") as axis:
        axis.plot(
            periods, harm * target ** (periods + 1), color=ORANGE, linestyle="--", label="target's patience"
        )
        axis.plot(periods, least, color=BLUE, marker=".", label="and what the user bears")
        doubt = "not decided" if (most > least).any() else None
        axis.fill_between(periods, least, most, color=BLUE, alpha=0.2, linewidth=0, label=doubt)
        axis.plot(n.cover, float(n.gain), "o", color="black", label="this game", zorder=3)
        axis.set_ylim(bottom=0.0)
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
        axis.set(xlabel="periods of cover", ylabel="largest gain deterred")
        axis.legend()
    return axis


def restraint_map_figure(found: RestraintMap, ax: Axes | None = None) -> Axes:
    """Draw the share of draws in which restraint is kept.

    For each positive lag, one panel shows the share by cover and horizon, where the clock is the horizon. It
    also shows the edge in the limit of short periods. The last panel shows the share by cover if discounting
    alone sets the horizon.
    """
    lags = [lag for lag in found.lags if lag]
    with canvas(ax, PAGE, 5.6) as axis:
        columns = fitting(axis, len(lags) + 1, 2.2)
        *maps, last = panels(axis, len(lags) + 1, columns, gaps=(0.6, 0.75))
        for panel, lag in zip(maps, lags, strict=True):
            _map(panel, found, lag)
        _discounting(last, found)
    return axis


def _map(axis: Axes, found: RestraintMap, lag: float) -> None:
    """Draw the map at one lag, with days of the record at their cover and clock."""
    share = found.share[found.lags.index(lag)]
    axis.contourf(found.covers, found.horizons, share, SHARES, colors=SHADES)
    edges = [_edge(found, lag), _edge(found, 0.0)]
    (own,) = axis.plot(found.covers, edges[0], color="black", linewidth=1.4)
    (limit,) = axis.plot(found.covers, edges[1], "--", color=BLUE, linewidth=1.2)
    points = [point for point in found.points if point.lag == lag]
    for point in points:
        axis.plot([point.cover_low, point.cover_high], [point.clock] * 2, color="0.35", linewidth=0.7)
        axis.plot(point.cover, point.clock, "o", color="black", markersize=3.5, zorder=3)
    axis.set(yscale="log", xlim=found.covers[[0, -1]], ylim=found.horizons[[0, -1]])
    axis.set_xlabel("cover by stocks, days", fontsize=SMALL)
    axis.set_ylabel("horizon, days", fontsize=SMALL)
    axis.set_title(f"clock as horizon, periods of {lag:g} days", fontsize=SMALL)
    own.set_label("central: kept above")
    limit.set_label("the same, short periods")
    if lag == found.lags[0]:
        axis.legend(
            handles=[*_bands(found), own, limit], loc="lower right", fontsize=0.9 * NOTE, handlelength=1.3,
            labelspacing=0.3, borderpad=0.2, handletextpad=0.5,
        )  # fmt: skip
    _name_days(axis, points, edges, found.covers)


def _bands(found: RestraintMap) -> list[Patch]:
    """Return the shades that some panel shows, the highest first, labelled by their shares of draws."""
    drawn = found.share[[lag > 0 for lag in found.lags]]
    bands = [
        (100 * max(drawn.min(), low), 100 * min(drawn.max(), high), shade)
        for (low, high), shade in zip(pairwise(SHARES), SHADES, strict=True)
    ]
    return [
        Patch(facecolor=shade, edgecolor="0.5", linewidth=0.5, label=f"{low:.0f} to {high:.0f}% of draws")
        for low, high, shade in reversed(bands)
        if low < high
    ]


def _discounting(axis: Axes, found: RestraintMap) -> None:
    """Draw the share of draws by cover if discounting alone sets the horizon."""
    axis.plot(found.stockpiles / 365.0, 100 * found.share_by_stockpile, color=BLUE)
    horizon = found.points[-1].discounting
    numbers = zip(NUMBERS, found.numbers.values(), strict=True)
    notes = [f"{name} {v:.2g} ({low:.2g} to {high:.2g})" for name, (v, low, high) in numbers]
    falls = found.share_by_stockpile[-1] < 0.5
    axis.text(
        0.96 if falls else 0.04, 0.95 if falls else 0.05,
        f"horizon {horizon:,.0f} days at the central value\n\npercent of GDP a period, "
        f"5 to 95 percent of {found.draws} draws:\n" + "\n".join(notes).replace("-", "\N{MINUS SIGN}"),
        transform=axis.transAxes, fontsize=NOTE, ha="right" if falls else "left",
        va="top" if falls else "bottom",
    )  # fmt: skip
    axis.set(xlim=(0.0, found.stockpiles[-1] / 365.0), ylim=(0.0, 105.0))
    axis.set_xlabel("cover by stocks, years", fontsize=SMALL)
    axis.set_ylabel("kept in percent of draws", fontsize=SMALL)
    axis.set_title("discounting alone, short periods", fontsize=SMALL)


def _edge(found: RestraintMap, lag: float) -> FloatArray:
    """Return the least horizon at which central values keep restraint, by cover; NaN if there is none."""
    kept = found.central[found.lags.index(lag)].astype(bool)
    return np.where(kept.any(axis=0), found.horizons[kept.argmax(axis=0)], np.nan)


def _name_days(axis: Axes, points: list[MapPoint], edges: list[FloatArray], covers: FloatArray) -> None:
    """Name days of the record, each at the corner of its point where the name covers least."""
    wide, high = room(axis)
    (left, right), (low, top) = axis.get_xlim(), np.log(axis.get_ylim())

    def inches(cover: FloatArray | float, horizon: FloatArray | float) -> FloatArray:
        """Return points of the map in inches from its lower left corner, shape (..., 2)."""
        across, up = (np.asarray(cover) - left) / (right - left), (np.log(horizon) - low) / (top - low)
        return np.stack(np.broadcast_arrays(wide * across, high * up), axis=-1)

    fine = np.linspace(covers[0], covers[-1], FINE)
    ink = [inches(fine, np.interp(fine, covers, edge)) for edge in edges]
    ink += [inches(np.linspace(point.cover_low, point.cover_high, FINE), point.clock) for point in points]
    for cover, clock, name in _names(points):
        lines = name.split("\n")
        size = np.array([max(map(len, lines)), len(lines)]) * LETTER
        boxes = {}
        for va, ha in product(("bottom", "top"), ("left", "right")):
            sign = np.array([1 if ha == "left" else -1, 1 if va == "bottom" else -1])
            ends = inches(cover, clock) + np.array([0.0, sign[1] * BESIDE]) + np.outer((0, 1), sign * size)
            boxes[va, ha] = ends.min(axis=0), ends.max(axis=0)
        drawn = np.concatenate(ink)
        va, ha = min(boxes, key=lambda at: np.sum(np.all((boxes[at][0] < drawn) & (drawn < boxes[at][1]), 1)))
        axis.annotate(
            name, (cover, clock), (0, 72 * BESIDE if va == "bottom" else -72 * BESIDE),
            textcoords="offset points", fontsize=NOTE, linespacing=0.9, va=va, ha=ha,
        )  # fmt: skip
        ink.append(np.stack(np.meshgrid(*np.linspace(*boxes[va, ha], 9).T), axis=-1).reshape(-1, 2))


def _names(points: list[MapPoint]) -> list[tuple[float, float, str]]:
    """Return cover, clock and name of the days of the record; many days with one clock share a name."""
    names: list[tuple[float, float, str]] = []
    for clock in dict.fromkeys(point.clock for point in points):
        row = [point for point in points if point.clock == clock]
        by_cover: dict[float, str] = {}
        for point in row:
            day = f"{point.day:%b}\n{point.day:%Y}"
            same = by_cover.get(point.cover)
            by_cover[point.cover] = f"{same.split()[-1]}, {day}" if same else day
        if len(by_cover) >= MANY:
            by_cover = {row[0].cover: f"{row[0].day:%b %Y}\nto {row[-1].day:%b %Y}"}
        names += [(cover, clock, name) for cover, name in by_cover.items()]
    return names
