"""The figure of an agreement: its dates on a line, and its clauses by leg."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from math import ceil
from textwrap import fill, shorten
from typing import TYPE_CHECKING

import matplotlib.dates as mdates
from matplotlib.axes import Axes

from negotiation.disputes import Scenario
from negotiation.report.figures.canvas import (
    BLUE,
    CHARACTER,
    GREY,
    ORANGE,
    PAGE,
    canvas,
    heading,
    panels,
    room,
)
from negotiation.report.figures.names import country_name, instrument_name
from negotiation.report.figures.truces.dates import number
from negotiation.truces.record.agreement_text import scenario_for

if TYPE_CHECKING:
    from negotiation.truces.record.agreement_text import AgreementText
    from negotiation.truces.record.clauses import Clause

LEGS = {"tariff": "Tariff leg", "control": "Control leg", "other": "Other leg", "": "Of no instrument here"}
# Clauses that bind to a level that can be checked, that cover without one, and that leave something out.
MARKS = {"bound": ("s", BLUE), "vague": ("s", "white"), "left out": ("x", ORANGE)}

CAPTION = "filled: bound to a level that can be checked; open: covered without; cross: left out"

# Points of text of a clause, inches from one to the next, and inches of a character of a leg's title.
TYPE, LINE, BOLD_CHARACTER = 6.2, 0.155, 0.055

# Where the parts of a clause start, as shares of the width: mark, side, instrument, level, check, seen.
COLUMNS = (0.0, 0.025, 0.155, 0.35, 0.67, 0.79)

HEADS = ("side", "instrument", "at most", "can be checked", "seen")

# Most characters of each part.
WORDS = (0, 16, 24, 38, 12, 24)

# Days of a month, and inches of its name.
DAYS_A_MONTH, MONTH = 30.4, 0.65

# Inches below which clauses have two columns only, so that text stays as large.
NARROW = 0.7 * PAGE

NARROW_COLUMNS, NARROW_HEADS = (0.0, 0.05, 0.58), ("side and instrument", "at most")


def agreement_figure(agreement: AgreementText, ax: Axes | None = None) -> Axes:
    """Draw the dates of an agreement, and its clauses by leg with the legs in which a breach is answered."""
    scenario = scenario_for(agreement, None)
    legs = _by_leg(agreement, scenario)
    lines = sum(len(clauses) + 1.4 for clauses in legs.values()) + 2.2
    with canvas(ax, PAGE, 1.45 + LINE * lines) as host:
        above = 4 if room(host)[0] > PAGE / 2 else 14
        heading(host, f"{agreement.title}, signed {agreement.signed:%-d %B %Y}", above)
        top, below = panels(host, 2, gaps=(0.0, 0.35), heights=(0.75, LINE * lines))
        _days(top, agreement)
        wide = room(below)[0]
        columns, heads = (NARROW_COLUMNS, NARROW_HEADS) if wide < NARROW else (COLUMNS, HEADS)
        below.set_axis_off()
        below.set(xlim=(0.0, 1.0), ylim=(lines, 0.0))
        y = 0.0
        for words, x in zip(heads, columns[1:], strict=True):
            below.text(x, y, words, fontsize=TYPE, style="italic", va="center")
        answers = agreement.linkage.graph(tuple(leg for leg in legs if leg))
        for leg, clauses in legs.items():
            y += 1.4
            below.axhline(y - 0.62, color=GREY, linewidth=0.4)
            named = ", ".join(answers.get(leg, ())) or "no leg"
            answered = ", answered in" if wide < NARROW else ": a breach is answered in"
            title = LEGS.get(leg, f"{leg.capitalize()} leg") + (f"{answered} {named}" if leg else "")
            bold = shorten(title, int(wide / BOLD_CHARACTER), placeholder=" ...")
            below.text(0.0, y, bold, fontsize=TYPE, weight="bold", va="center")
            for clause in clauses:
                y += 1.0
                _clause(below, clause, scenario, y)
        caption = fill(CAPTION, int(wide / CHARACTER))
        below.text(0.0, y + 1.0, caption, fontsize=TYPE, style="italic", va="top")
    return host


def _by_leg(agreement: AgreementText, scenario: Scenario) -> dict[str, list[Clause]]:
    """Return the clauses by leg, with clauses of no instrument of the scenario under an empty name."""
    by_leg: dict[str, list[Clause]] = {leg: [] for leg in LEGS}
    for clause in agreement.clauses:
        known = clause.instrument in scenario.instruments
        leg = scenario.instruments[str(clause.instrument)].leg if known else ""
        by_leg.setdefault(leg, []).append(clause)
    return {leg: clauses for leg, clauses in by_leg.items() if clauses}


def _clause(axis: Axes, clause: Clause, scenario: Scenario, y: float) -> None:
    """Draw one clause as a line of the list, at height `y`."""
    kind = "bound" if clause.checkable else "vague" if clause.covered else "left out"
    marker, colour = MARKS[kind]
    edge = ORANGE if kind == "left out" else BLUE
    axis.plot(
        COLUMNS[0] + 0.008, y, marker, markersize=0.7 * TYPE, markerfacecolor=colour, markeredgecolor=edge,
        clip_on=False,
    )  # fmt: skip
    instrument = instrument_name(scenario, clause.instrument or clause.record_instrument)
    level = scenario.names.get(clause.level, clause.level) if clause.level else clause.obligation
    side, wide = country_name(scenario, clause.side), room(axis)[0]
    columns: Sequence[float] = COLUMNS
    parts: Sequence[str] = (side, instrument, level, clause.verifiability, clause.observed)
    words: Sequence[int] = WORDS[1:]
    if wide < NARROW:
        columns, parts = NARROW_COLUMNS, (f"{side}: {instrument}", level)
        ends = (*columns[2:], 1.0)
        words = [int((end - x) * wide / CHARACTER) for x, end in zip(columns[1:], ends, strict=True)]
    for part, x, most in zip(parts, columns[1:], words, strict=True):
        axis.text(x, y, shorten(part, most, placeholder=" ..."), fontsize=TYPE, va="center")


def _days(axis: Axes, agreement: AgreementText) -> None:
    """Draw the dates of an agreement on a line."""
    ends = agreement.in_force + timedelta(days=agreement.clock_days)
    last = max(ends, agreement.window_end)
    axis.axhline(0.0, color="black", linewidth=0.8)
    axis.set_ylim(-1.0, 1.6)
    length = (last - agreement.signed).days
    axis.set_xlim(number(agreement.signed) - 0.22 * length, number(last) + 0.12 * length)
    over = ends if agreement.clock_days else last
    axis.axvspan(number(agreement.in_force), number(over), 0.3, 0.47, color=BLUE, alpha=0.25, linewidth=0)
    rows: Sequence[tuple[date, str, str, str, float]] = (
        (agreement.signed, "signed", "v", "right", 0.55),
        (agreement.in_force, "in force", "o", "left", 0.55),
        (ends, "end of the term" if agreement.clock_days else "", "|", "center", 0.55),
    )
    for day, words, marker, side, height in rows:
        if words:
            axis.plot(number(day), 0.0, marker, color="black", markersize=6 if marker != "|" else 12)
            axis.text(number(day), height, f"{words}\n{day:%-d %b %Y}", ha=side, fontsize=TYPE, va="bottom")
    axis.set_yticks([])
    axis.spines["left"].set_visible(False)
    low, high = axis.get_xlim()
    # Months are named at an interval that their names have room for.
    every = max(1 + length // 180, ceil((high - low) / DAYS_A_MONTH / (room(axis)[0] / MONTH)))
    axis.xaxis.set_major_locator(mdates.MonthLocator(interval=every))  # type: ignore[no-untyped-call]
    axis.xaxis.set_major_formatter(mdates.DateFormatter("%b %Y"))  # type: ignore[no-untyped-call]
