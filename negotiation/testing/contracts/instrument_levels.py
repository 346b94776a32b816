"""What is asked of the levels of an instrument; each function says what is wrong, or nothing."""

from __future__ import annotations

import re
from collections import deque
from difflib import get_close_matches
from itertools import pairwise

from negotiation.disputes import Move, Scenario, State, apply_move, legality
from negotiation.disputes.instrument import Instrument, Level
from negotiation.errors import UnknownCountry, UnknownLevel
from negotiation.testing.contracts.rules import first_fault

_LABEL = re.compile(r"[a-z][a-z0-9_]*")


def level_fault(level: Level) -> str | None:
    """Return what is wrong with one level on its own.

    Examples
    --------
    >>> level_fault(Level("High", "all of it", "2025", "a report"))
    "level 'High': a label is made of a-z, 0-9 and _"
    """
    sourced = (bool(level.source) or level.assumption) and bool(level.source_url) <= bool(level.source)
    wrong = (
        (not _LABEL.fullmatch(level.label), "a label is made of a-z, 0-9 and _"),
        (not level.meaning, "it says what it means"),
        (level.when.never_applied, "it has a date"),
        (not sourced, "it has a source, or is marked as an assumption"),
        (bool(level.source_url) and not level.source_url.startswith("http"), "an address begins with http"),
        ((level.value is None) != (level.unit == ""), "a value and a unit come together"),
        (level.lead_days < 0, "lead_days is 0 or more"),
        (not level.authority, "it names the law that it rests on"),
    )
    return next((f"level {level.label!r}: {words}" for is_so, words in wrong if is_so), None)


def labels_fault(instrument: Instrument, country: str, _: Scenario) -> str | None:
    """Return what is wrong with the labels: two or more, different, each finding its level."""
    labels = instrument.labels(country)
    if len(set(labels)) != len(labels) or len(labels) < 2:
        return f"it has {labels}; two or more different labels are needed"
    if [instrument.level(country, label).label for label in labels] != list(labels):
        return f"its labels do not find their levels: {labels}"
    for raised, ask in ((UnknownLevel, (country, labels[0] + "x")), (UnknownCountry, ("FRA", labels[0]))):
        try:
            instrument.level(*ask)
        except raised:
            continue
        return f"asking for {ask} does not raise {raised.__name__}"
    return None


def law_fault(instrument: Instrument, country: str, scenario: Scenario) -> str | None:
    """Return a law spelt almost as another: one that the dispute does not list counts as standing."""
    laws = {
        level.authority for i in scenario.instruments.values() for ls in i.levels.values() for level in ls
    }
    laws |= {law.name for law in scenario.laws}
    for level in instrument.held_by(country):
        near = get_close_matches(level.authority, laws - {level.authority}, cutoff=0.7)
        if near:
            return f"level {level.label!r} rests on {level.authority!r}; is it {near[0]!r}?"
    return None


def values_fault(instrument: Instrument, country: str, _: Scenario) -> str | None:
    """Return what is wrong with measured values: all or none, rising, each nearest to itself."""
    measured = [level for level in instrument.held_by(country) if level.value is not None]
    values = [float(level.value or 0.0) for level in measured]
    if len(measured) not in (0, len(instrument.held_by(country))):
        return "some levels have a value and others have none"
    if values != sorted(set(values)):
        return f"values do not rise: {values}"
    for (calmer, low), (harsher, high) in pairwise(zip(measured, values, strict=True)):
        # Just below and above the middle of two values.
        below, above = low + 0.49 * (high - low), low + 0.51 * (high - low)
        if instrument.nearest(country, below) != calmer or instrument.nearest(country, above) != harsher:
            return f"a value between {low} and {high} does not snap to the nearer"
    if measured:
        ends = instrument.nearest(country, values[0] - 1e6), instrument.nearest(country, values[-1] + 1e6)
        return (
            None if ends == (measured[0], measured[-1]) else "a value beyond the ends does not snap to them"
        )
    return None


def threat_fault(instrument: Instrument, country: str, _: Scenario) -> str | None:
    """Return what is wrong with threatened levels: above all others, and not the calmest."""
    threatened = [level.threatened for level in instrument.held_by(country)]
    if threatened != sorted(threatened) or threatened[0]:
        return f"threatened by level, calmest first: {threatened}"
    return None


def calmest_fault(instrument: Instrument, country: str, scenario: Scenario) -> str | None:
    """Return a law or state of it under which the base, the calmest level but for past ones, is not there."""
    calmest = instrument.held_by(country)[instrument.base_position(country)]
    # Under each law: with authority and without, before and after each began.
    for authority in (0, 1):
        state = State(authority=authority)
        for day in (None, *(law.since for law in scenario.laws)):
            levels = scenario.levels(country, instrument.name, state, day)
            if next((level for level in levels if not level.past), None) != calmest:
                return f"{calmest.label!r} does not exist with authority {authority} on {day or 'any day'}"
    return None


def reach_fault(instrument: Instrument, country: str, scenario: Scenario) -> str | None:
    """Return a level that legal moves do not reach from another, tariff authority being in force."""
    labels = instrument.labels(country)
    unknown = {p for level in instrument.held_by(country) for p in level.may_follow or ()} - set(labels)
    return first_fault(
        f"`may_follow` names {sorted(unknown)}, which are no levels" if unknown else None,
        *(_unreached(instrument, country, scenario, start) for start in labels),
    )


def _unreached(instrument: Instrument, country: str, scenario: Scenario, start: str) -> str | None:
    name, labels, state = instrument.name, set(instrument.labels(country)), State(authority=1)
    reached, queue = {start}, deque([scenario.calm().after(country, {name: start})])
    # Breadth first over legal moves of this instrument alone, all else calm.
    while queue:
        postures = queue.popleft()
        for label in sorted(labels - reached):
            move = Move(country, {name: label})
            if legality(scenario, postures, move, state).legal:
                reached.add(label)
                queue.append(apply_move(scenario, postures, move, state))
    return f"{sorted(labels - reached)} cannot be reached from {start!r}" if labels - reached else None
