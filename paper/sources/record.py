"""The record as the package holds it: levels, truces, instruments, clauses, calibration."""

import math
from datetime import timedelta

import pandas as pd

from negotiation.disputes import load_scenario
from negotiation.truces.record.agreement_text import truce_names
from negotiation.truces.record.timeline import load_moves, posture_timeline, record_begins, record_ends
from negotiation.truces.verdicts.agreements import truce

MAKES = ("levels", "truces", "instruments", "clauses", "calibration", "moves", "tariff_rates")


def compute(budget):
    """Return the tables of the record."""
    del budget
    scenario = load_scenario("us-china-2025")
    return {
        "levels": levels(scenario),
        "truces": truces(scenario),
        "instruments": instruments(scenario),
        "clauses": clauses(scenario),
        "calibration": calibration(scenario),
        "moves": moves(scenario),
        "tariff_rates": tariff_rates(scenario),
    }


def levels(scenario):
    """Return the level of each instrument from each day on which it changed, with its place from 0 to 1."""
    found = posture_timeline(scenario, record_begins(scenario), record_ends(scenario)).to_pandas()
    rows = []
    for (country, name), group in found.groupby(["country", "instrument"], sort=False):
        labels = scenario.instruments[name].labels(country)
        before = None
        for day, level in zip(group["from"], group["level"], strict=True):
            if level != before:
                height = labels.index(level) / max(1, len(labels) - 1)
                rows.append((country, name, scenario.instruments[name].title, day, level, height))
            before = level
    columns = ["country", "instrument", "title", "day", "level", "height"]
    return pd.DataFrame(rows, columns=columns)


def truces(scenario):
    """Return the agreements with their days."""
    rows = []
    for name in truce_names(scenario):
        found = truce(name)
        place = name.split("-")[2].capitalize()
        days = (found.signed, found.in_force, found.window_end)
        ends = found.in_force + timedelta(days=found.clock_days)
        rows.append((name, place, *(str(day) for day in days), found.clock_days, str(ends)))
    columns = ["name", "place", "signed", "in_force", "window_end", "clock_days", "clock_ends"]
    return pd.DataFrame(rows, columns=columns)


def instruments(scenario):
    """Return every level of every instrument with its date and source."""
    rows = []
    for country in scenario.countries:
        for name in scenario.held(country):
            instrument = scenario.instruments[name]
            for place, level in enumerate(instrument.held_by(country)):
                rows.append(
                    (
                        country, name, instrument.title, instrument.leg, place, level.label, level.meaning,
                        level.date, level.value, level.unit, level.source, level.threatened, level.assumption,
                    )
                )  # fmt: skip
    columns = ["country", "instrument", "title", "leg", "place", "level", "meaning", "date", "value", "unit"]
    return pd.DataFrame(rows, columns=[*columns, "source", "threatened", "assumption"])


def clauses(scenario):
    """Return the clauses of the agreements with their verifiability."""
    rows = [
        (
            name, c.id, c.side, c.record_instrument, c.instrument, c.level, c.obligation, c.covered,
            c.verifiability, c.checkable, c.observed, c.source_title, c.confidence,
        )
        for name in truce_names(scenario)
        for c in truce(name).clauses
    ]  # fmt: skip
    columns = ["truce", "id", "side", "record_instrument", "instrument", "level", "obligation", "covered"]
    more = ["verifiability", "checkable", "observed", "source", "confidence"]
    return pd.DataFrame(rows, columns=[*columns, *more])


def calibration(scenario):
    """Return every parameter with its range and source."""
    rows = [
        (name, q.value, q.low, q.high, q.unit, str(q.date), q.source, q.assumption, q.range_assumption)
        for name, q in scenario.quantities.items()
    ]
    columns = ["name", "value", "low", "high", "unit", "date", "source", "assumption", "range_assumption"]
    return pd.DataFrame(rows, columns=columns)


def moves(scenario):
    """Return the dated moves of both countries."""
    rows = [
        (m.id, str(m.announced), m.actor, m.instrument, m.direction, m.status, m.reason, m.confidence)
        for m in load_moves(scenario)
        if m.actor in scenario.countries
    ]
    columns = ["id", "announced", "actor", "instrument", "direction", "status", "reason", "confidence"]
    return pd.DataFrame(rows, columns=columns)


def tariff_rates(scenario):
    """Return the named tariff levels in percent, and the best rates at three horizons."""
    rows = []
    for country in scenario.countries:
        levels = scenario.instrument(country, "tariff").held_by(country)
        rows += [(country, level.label, level.value) for level in levels]
        for name, days in (("nash_short", 0.0), ("nash", None), ("nash_long", math.inf)):
            rows.append((country, name, 100.0 * scenario.best_rate(country, "tariff", days=days)))
    return pd.DataFrame(rows, columns=["country", "rate", "percent"])
