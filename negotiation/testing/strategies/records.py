"""Random rows of the record and agreements, as a file could hold them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from negotiation.disputes import Scenario
from negotiation.disputes.dates import RecordDate
from negotiation.testing.strategies.ranges import Counts, count_range
from negotiation.testing.strategies.world import default_scenario
from negotiation.truces.record.moves import MoveRecord
from negotiation.truces.verdicts.agreements import Agreement

SOURCE = {"source_title": "drawn", "confidence": "low"}


def record_dates() -> st.SearchStrategy[str]:
    """Return the strategy for dates in the grammar of the records: days, planned days, ranges and months.

    Returns
    -------
    SearchStrategy
        Dates as text.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(record_dates(), lambda text: len(text) == 7)
    '2025-02'
    """
    days = st.dates(date(2025, 2, 10), date(2026, 12, 31))
    ranges = st.tuples(days, days).filter(lambda pair: pair[0] < pair[1])
    return st.one_of(
        days.map(str),
        days.map(lambda day: f"{day:%Y-%m}"),
        days.map(lambda day: f"{day} (planned)"),
        ranges.map(lambda pair: f"{pair[0]} to {pair[1]}"),
    )


@st.composite
def move_records(draw: st.DrawFn, *, scenario: Scenario | None = None) -> MoveRecord:
    """Return the strategy for rows of the record of moves.

    Tariffs are given by their average, other instruments by level; some rows map to no instrument.

    Parameters
    ----------
    scenario : Scenario, optional
        The dispute; the main dispute of the package by default.

    Returns
    -------
    SearchStrategy
        Rows of type `MoveRecord`.

    Examples
    --------
    >>> from hypothesis import find
    >>> row = find(move_records(), lambda row: row.instrument == "chip_control")
    >>> row.actor, row.level
    ('USA', 'licensed')
    """
    world = default_scenario() if scenario is None else scenario
    country = draw(st.sampled_from(world.countries))
    name = draw(st.one_of(st.sampled_from(world.held(country)), st.none()))
    row: dict[str, Any] = {
        "id": f"E{draw(st.integers(0, 999)):03d}",
        "announced": draw(record_dates()),
        "effective": draw(st.one_of(st.none(), record_dates())),
        "actor": country,
        "agency": "an agency",
        "record_instrument": name or "something else",
        "instrument": name,
        "direction": draw(st.sampled_from(("hold", "escalate", "de-escalate"))),
        "status": draw(st.sampled_from(("applied", "threatened"))),
        **SOURCE,
    }
    days = [row["announced"], row["effective"] or row["announced"]]
    # No step takes effect long before it is announced.
    row["announced"], effective = sorted(days, key=lambda day: RecordDate.parse(day).earliest)
    row["effective"] = row["effective"] and effective
    if name is None:
        row["reason"] = "no instrument fits"
    elif world.instruments[name].leg == "tariff":
        row |= {"value": draw(st.integers(0, 300)), "definition": "average"}
    else:
        row["level"] = draw(st.sampled_from(world.instruments[name].labels(country)))
    return MoveRecord.model_validate(row)


def agreements(*, scenario: Scenario | None = None, clauses: Counts = (1, 4)) -> st.SearchStrategy[Agreement]:
    """Return the strategy for agreements.

    Agreements have checkable clauses at lawful levels. Some also have a vague clause, with a reading by each
    side.

    Parameters
    ----------
    scenario : Scenario, optional
        The dispute; the main dispute of the package by default.
    clauses : int or pair of int, optional
        Number of checkable clauses: one number, or the least and the greatest; 1 to 4 by default. At least
        one instrument is in no checkable clause.

    Returns
    -------
    SearchStrategy
        Agreements of type `Agreement`.

    Raises
    ------
    hypothesis.errors.InvalidArgument
        If an argument is out of range.

    Examples
    --------
    >>> from hypothesis import find
    >>> dict(find(agreements(), lambda agreement: agreement.clock_days > 0).covered())
    {('USA', 'tariff'): 'january'}
    """
    world = default_scenario() if scenario is None else scenario
    return _agreements(world, count_range("clauses", clauses, 1))


@st.composite
def _agreements(draw: st.DrawFn, scenario: Scenario, counts: tuple[int, int]) -> Agreement:
    signed = draw(st.dates(date(2025, 5, 1), date(2026, 6, 30)))
    in_force = signed + timedelta(draw(st.integers(0, 30)))
    held = [(country, name) for country in scenario.countries for name in scenario.held(country)]
    least, most = counts
    # One instrument at least stays free, for readings to name.
    bound = draw(
        st.lists(st.sampled_from(held), min_size=least, max_size=min(most, len(held) - 1), unique=True)
    )

    def lawful(country: str, name: str) -> str:
        """Draw a level that may be agreed on: one that was not merely threatened."""
        levels = scenario.levels(country, name, day=in_force)
        return draw(st.sampled_from([level.label for level in levels if not level.threatened]))

    written: list[dict[str, Any]] = [
        _clause(k, country, name, lawful(country, name), draw(st.sampled_from(("high", "medium"))))
        for k, (country, name) in enumerate(bound)
    ]
    free = [pair for pair in held if pair not in bound]
    read: list[dict[str, Any]] = []
    if draw(st.booleans()):
        vague = _clause(len(written), "both", None, None, "low")
        written.append(vague)
        for side in scenario.countries:
            country, name = draw(st.sampled_from(free))
            term = {"country": country, "instrument": name, "level": lawful(country, name), "how": "added"}
            read.append({"side": side, "clause": vague["id"], "terms": [term], **_READING})
    return Agreement.model_validate(
        {
            "id": f"{signed:%Y-%m}-somewhere",
            "title": "a drawn agreement",
            "signed": signed,
            "in_force": in_force,
            "window_start": signed,
            "window_end": in_force + timedelta(draw(st.integers(0, 365))),
            "clock_days": draw(st.sampled_from((0, 90, 365))),
            "summary": "What was drawn.",
            "clauses": written,
            "readings": read,
        }
    )


_READING = {"prior": 1.0, "prior_assumption": True, "basis": "drawn", **SOURCE}


def _clause(k: int, side: str, name: str | None, level: str | None, verifiability: str) -> dict[str, Any]:
    return {
        "id": f"T{k:02d}",
        "side": side,
        "record_instrument": name or "in good faith",
        "instrument": name,
        "level": level,
        "obligation": "to keep it",
        "covered": True,
        "verifiability": verifiability,
        "observed": "open",
        **SOURCE,
    }
