"""The dated path of an agreement: which levels hold from which day, until its clock ends.

As foreseen on the day of signing, bound instruments are at the levels of the text until the clock ends. All
others stay as they were on the day before the signing. As it came, levels that a side eased during the term
hold from the day on which they took effect by the record. This is hindsight and is labelled so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from negotiation.base.labelled import Table, Tabular
from negotiation.disputes import Postures, Scenario
from negotiation.errors import InvalidDate
from negotiation.truces.compiling.terms import postures_before, with_terms, written_terms
from negotiation.truces.record.agreement_text import AgreementText, papers_of
from negotiation.truces.record.renewals import clock_end
from negotiation.truces.record.timeline import level_changes, record_ends


@dataclass(frozen=True)
class Stretch:
    """Levels that hold from one day on."""

    day: date
    levels: Postures
    # Changes on the day, as (country, instrument, level); at first all levels of the text.
    changed: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class TermPath(Tabular):
    """The levels of an agreement by date, to the end of its clock.

    Parameters
    ----------
    agreement : str
        Name of the agreement.
    stretches : tuple of Stretch
        Periods of constant levels, in order of days, each with `day`, `levels` and `changed`. The first
        begins on the day of signing.
    end : date or None
        Last day of the clock; `None` if the text has no clock, so that levels last.
    as_it_came : bool, default False
        Whether the path includes measures that were eased during the term, according to the record.
    names : mapping from str to str, default {}
        Print names of identifiers, for tables.

    Examples
    --------
    >>> from negotiation.truces.verdicts.agreements import truce
    >>> path = truce("2025-05-geneva").path()
    >>> str(path.stretches[0].day), str(path.end), len(path.stretches)
    ('2025-05-12', '2025-08-12', 1)
    """

    agreement: str
    stretches: tuple[Stretch, ...]
    end: date | None
    as_it_came: bool = False
    names: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def table(self) -> Table:
        """Return one row for each level that takes effect, by day.

        Returns
        -------
        Table
            Columns "from" (the day), "country", "instrument" and "level".
        """
        rows = tuple(
            (stretch.day, country, name, level)
            for stretch in self.stretches
            for country, name, level in stretch.changed
        )
        how = "as it came, with hindsight" if self.as_it_came else "as foreseen on the day"
        until = f"to {self.end}" if self.end else "without an end"
        columns = ("from", "country", "instrument", "level")
        return Table(f"{self.agreement}: what stands {until}, {how}", columns, rows, self.names)


def term_path(agreement: AgreementText, scenario: Scenario, *, as_it_came: bool = False) -> TermPath:
    """Return the path of an agreement by date.

    Raises `InvalidDate` if the text prescribes no level that others can check, or was signed after the end of
    the record.
    """
    terms = written_terms(agreement)
    if not terms:
        raise InvalidDate(
            f"{agreement.id} prescribes no level that others can check, so it sets no path by date; give a "
            "covered clause a `level` and a verifiability of high or medium"
        )
    if agreement.signed > record_ends(scenario):
        raise InvalidDate(
            f"{agreement.id} was signed on {agreement.signed}, but the record of {scenario.name} ends on "
            f"{record_ends(scenario)}, so the levels in force then are not known; extend the record to "
            "that day"
        )
    kept = with_terms(postures_before(agreement, scenario), terms)
    first = Stretch(agreement.signed, kept, tuple((c, name, level) for (c, name), level in terms.items()))
    end = clock_end(papers_of(agreement))
    stretches = [first, *(_eased(agreement, scenario, kept, end) if as_it_came else ())]
    return TermPath(agreement.id, tuple(stretches), end, as_it_came, agreement.names_in(scenario))


def _eased(agreement: AgreementText, scenario: Scenario, kept: Postures, end: date | None) -> list[Stretch]:
    """Return a stretch for each day of the term on which a side eased a level below the path, by the record.

    Without a clock, the term ends with the window of the agreement.
    """
    by_day: dict[date, list[tuple[str, str, str]]] = {}
    for row in level_changes(scenario):
        move, last = row.move, end or agreement.window_end
        if move.status != "applied" or row.level is None or not agreement.signed < row.in_force <= last:
            continue
        name = str(move.instrument)
        position = scenario.instruments[name].position
        now = next((x for day in sorted(by_day, reverse=True) for c, n, x in by_day[day]
                    if (c, n) == (move.actor, name)), kept[move.actor][name])  # fmt: skip
        if position(move.actor, row.level) < position(move.actor, now):
            by_day.setdefault(row.in_force, []).append((move.actor, name, row.level))
    stretches, levels = [], kept
    for day in sorted(by_day):
        for country, name, level in by_day[day]:
            levels = levels.after(country, {name: level})
        stretches.append(Stretch(day, levels, tuple(by_day[day])))
    return stretches
