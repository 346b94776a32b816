"""What holds on the last day of a record, what was seen last, and what comes next.

The command without arguments prints it from a stored file, which `python docs/today.py --write` makes.
Without `--write` it says whether the file still is what would be made.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from negotiation import asking
from negotiation.asking.base_rate import base_rate, whole_record
from negotiation.base.labelled.naming import namer
from negotiation.disputes import Postures, Scenario
from negotiation.disputes.loading import MAIN, load_scenario
from negotiation.truces.compiling.terms import written_terms
from negotiation.truces.record.agreement_text import AgreementText, papers_of
from negotiation.truces.record.events import DIRECTIONS, events_of, pairs_of
from negotiation.truces.record.renewals import clock_end, text_in_force
from negotiation.truces.record.timeline import posture_timeline, postures_on, record_begins

# What the command without arguments prints.
STORED = Path(asking.__file__).parent / "data" / "today.txt"


def today(world: Scenario) -> Iterator[str]:
    """Yield what holds, leg by leg, what was seen last and what is likeliest next, a line each."""
    day, named = world.definition.known, namer(world.names)
    text = text_in_force(world, day)
    if text is None:
        yield f"{world.title}, as known on {_day(day)}: no text is in force."
    else:
        end = clock_end(papers_of(text))
        until = "" if end is None else f", to {_day(end)}"
        yield f"{world.title}, as known on {_day(day)}: {text.title}, signed {_day(text.signed)}{until}."
        yield f"What holds: {'; '.join(_legs(world, text, day))}."
    back, past = whole_record(world, day)
    record = events_of(back, past)
    if record.events:
        last = record.events[-1]
        country, name = record.pairs[last.pair]
        yield f"Seen last: {named(f'{country} {name}')} {DIRECTIONS[last.direction]}, {_day(last.day)}."
    rates = [base_rate(world, day, (*pair, way)) for pair in pairs_of(world) for way in DIRECTIONS]
    next_one = max(rates, key=lambda rate: rate.chance)
    yield (
        f"Likeliest next: {named(f'{next_one.country} {next_one.instrument}')} {next_one.direction}, "
        f"{next_one.chance:.2f} within a year ({next_one.low:.2f} to {next_one.high:.2f}); it came "
        f"{next_one.came} times in {next_one.years:.1f} years."
    )


def _legs(world: Scenario, text: AgreementText, day: date) -> Iterator[str]:
    """Yield of each leg whether its levels keep to the text, and since when they stand."""
    terms, stands = written_terms(text), postures_on(world, day)
    timeline = posture_timeline(world, record_begins(world), day)
    for leg in world.legs:
        above = [
            str(namer(world.names)(f"{country} {name}"))
            for (country, name), level in terms.items()
            if world.instruments[name].leg == leg and _is_above(world, country, name, stands, level)
        ]
        since = timeline.days[0]
        for k, later in enumerate(timeline.days[1:]):
            before, after = timeline.postures[k], timeline.postures[k + 1]
            if any(
                before[c][n] != after[c][n] for c, n in pairs_of(world) if world.instruments[n].leg == leg
            ):
                since = later
        kept = f"broken by {', '.join(above)}" if above else "kept"
        yield f"{leg} {kept}, as it is since {_day(since)}"


def _is_above(world: Scenario, country: str, name: str, stands: Postures, level: str) -> bool:
    position = world.instruments[name].position
    return position(country, stands[country][name]) > position(country, level)


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def made() -> str:
    """Return what holds on the last day of the record of the main dispute."""
    world = load_scenario(MAIN)
    return "\n".join([*today(world.as_of(world.definition.date)), ""])


if __name__ == "__main__":
    if "--write" in sys.argv:
        STORED.write_text(made(), encoding="utf-8")
    current = STORED.read_text(encoding="utf-8") == made()
    print(f"{STORED.name}: {'current' if current else 'stale'}")
