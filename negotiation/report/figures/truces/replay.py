"""The figure of a replay: the levels of both countries over time, with the truces marked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from negotiation.disputes import Scenario
from negotiation.disputes.instrument import Level
from negotiation.report.figures.canvas import GREY, PAGE, canvas, colour_of, heading, panels, room
from negotiation.report.figures.names import country_name, instrument_name
from negotiation.report.figures.truces.dates import mark_day, name_dates, number, numbers
from negotiation.truces.record.agreement_text import truce_names
from negotiation.truces.record.timeline import record_ends
from negotiation.truces.replay.reasons import spoken
from negotiation.truces.verdicts.agreements import truce

if TYPE_CHECKING:
    from negotiation.truces.replay.replay import Replay

# Levels in force for less than this share of the record are not named, since names would overlap.
SHORTEST_NAMED = 0.038

# Points of white around the name of a level, which keep the dashed lines of truces off it.
HALO = 1.8

# Inches that names of instruments take from a title over narrow axes.
BESIDE = 0.9

# Inches of a character of a truce's name, and height of a name that would overlap the one before it.
CHARACTER, RAISED = 0.06, 2.0

# Least width of a row whose names are written in full, and least height at which levels are named.
LEAST_WIDE, LEAST_HIGH = 3.5, 0.25


def replay_figure(replay: Replay, ax: Axes | None = None) -> Axes:
    """Draw the levels of both countries over time, with truces marked and the replayed one shaded."""
    scenario = replay.scenario
    rows = [(country, name) for country in scenario.countries for name in scenario.held(country)]
    with canvas(ax, PAGE, 0.5 * len(rows) + 1.0) as host:
        axes = panels(host, len(rows), shared="x", gaps=(0.0, 0.0))
        for axis, (country, name) in zip(axes, rows, strict=True):
            _level_row(axis, replay, scenario, country, name)
        _time_axis(axes[-1], replay)
        raised = _mark_truces(axes, replay)
        first, last = replay.timeline.days[0].year, record_ends(scenario).year
        years = str(first) if first == last else f"{first} to {last}"
        above = (24 if raised else 14) if room(host)[0] >= LEAST_WIDE else 30
        less = 0.0 if room(host)[0] >= LEAST_WIDE else BESIDE
        heading(host, f"Levels in force, {years}, with {replay.agreement.title} shaded", above, less)
    return host


def _level_row(axis: Axes, replay: Replay, scenario: Scenario, country: str, name: str) -> None:
    """Draw one instrument of one country as a step line, and name levels that last long enough."""
    labels = scenario.instruments[name].labels(country)
    named = {level.label: _level_name(level) for level in scenario.instruments[name].levels[country]}
    days = [*replay.timeline.days, record_ends(scenario)]
    levels = [postures[country][name] for postures in replay.timeline.postures]
    heights = [labels.index(level) / max(1, len(labels) - 1) for level in levels]
    colour = colour_of(country, scenario.countries)
    x = numbers(days).tolist()
    shortest = SHORTEST_NAMED * (x[-1] - x[0])
    axis.fill_between(x, [*heights, heights[-1]], step="post", color=colour, alpha=0.25, linewidth=0)
    axis.step(x, [*heights, heights[-1]], where="post", color=colour)
    # A level is named where it starts, if it lasts long enough for its name.
    for k, level in enumerate(levels):
        changed = k == 0 or level != levels[k - 1]
        until = next((x[m] for m in range(k + 1, len(levels)) if levels[m] != level), x[-1])
        if changed and until - x[k] >= shortest and not _is_small(axis):
            axis.annotate(
                named[level], (x[k], heights[k]), xytext=(2, 1.5), textcoords="offset points",
                fontsize=5, annotation_clip=True,
                path_effects=[withStroke(linewidth=HALO, foreground="white")],
            )  # fmt: skip
    axis.set(ylim=(0, 1.55), yticks=[])
    wide = room(axis)[0] >= LEAST_WIDE
    label = f"{country_name(scenario, country) if wide else country}  {instrument_name(scenario, name)}"
    axis.set_ylabel(label, rotation=0, ha="right", va="center", fontsize=6.5 if wide else 5.5)
    axis.spines["left"].set_visible(False)


def _level_name(level: Level) -> str:
    """Return the rate of a level as its name, since its own name may be a later agreement."""
    if level.value is not None and level.unit.startswith("percent"):
        return f"{level.value:g}%"
    return level.name


def _is_small(axis: Axes) -> bool:
    """Return whether a row is too small for the names of its levels."""
    wide, high = room(axis)
    return wide < LEAST_WIDE or high < LEAST_HIGH


def _mark_truces(axes: Sequence[Axes], replay: Replay) -> bool:
    """Mark and name the days of signing, and return whether some name was raised above another."""
    wide, (first, last), end, raised = room(axes[0])[0], axes[0].get_xlim(), -np.inf, False
    small = wide < LEAST_WIDE
    for name in truce_names(replay.scenario):
        agreement = truce(name, replay.scenario)
        for axis in axes:
            mark_day(axis, agreement.signed)
        place, half = number(agreement.signed), len(spoken(name)) * CHARACTER / 2
        at = (place - first) / (last - first) * wide
        above = not small and at - half < end
        end, raised = end if above else at + half, raised or above
        axes[0].annotate(
            spoken(name), (place, RAISED if above else 1.6), ha="left" if small else "center",
            fontsize=5.0 if small else 6.5, rotation=90 if small else 0, annotation_clip=False,
        )  # fmt: skip
    until = min(replay.agreement.window_end, record_ends(replay.scenario) + timedelta(days=1))
    window = number(replay.agreement.window_start), number(until)
    for axis in axes:
        axis.axvspan(*window, color=GREY, alpha=0.12, linewidth=0)
    return raised


def _time_axis(axis: Axes, replay: Replay) -> None:
    first, last = number(replay.timeline.days[0]), number(record_ends(replay.scenario))
    axis.set_xlim(first, last + 4)
    name_dates(axis, first, last, every=1 if room(axis)[0] >= LEAST_WIDE else 3)
