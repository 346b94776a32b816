"""The screen with which a replay ends: verdict by leg beside the record, why, and where the files are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from negotiation.base.labelled import Table
from negotiation.base.labelled.naming import namer
from negotiation.base.labelled.numbers import records
from negotiation.report.commands.output import Output
from negotiation.report.commands.sections import Part, Section
from negotiation.report.commands.verdict import NOT_RATIONAL, across
from negotiation.truces.replay.reasons import spoken
from negotiation.truces.theories import theories_by_name
from negotiation.truces.verdicts.counts import share_interval

# Sentences of why on the screen; `--verbose` and the files have the rest.
MOST_SENTENCES = 3

# What is said of legs without solving anything.
RULE = "tariffs hold, the rest moves"

# The number of a row of the record.
ROW = r"\b[A-Z]{1,2}\d{2,3}[a-z]?\b"

LEGS = ("leg", "the game says", "share", "the record says", "agree")


def screen(output: Output, draws: int, titles: Mapping[str, str], parts: Mapping[str, Part]) -> None:
    """Print how often game and record agree, the verdicts by leg, and the weightiest reasons."""
    *reasons, answer = sentences(list(parts.values()))
    output.say(answer)
    output.heading("Verdict by leg, beside the record")
    for name, part in parts.items():
        output.table(leg_table(titles[name], part))
    if draws:
        output.say(
            f"share: of {draws} draws of the parameters in which the leg holds where the text alone is "
            "watched; open: the central values say one thing, too many draws another"
        )
    theories = theory_tables(parts)
    if theories:
        output.heading("Does a leg hold, under each theory of what the text leaves out?")
        for table in theories:
            output.table(table)
        if any("not rational" in str(cell) for table in theories for row in table.rows for cell in row):
            output.say(NOT_RATIONAL)
        output.say("right on how many of all legs, with 95 percent intervals of the share of those decided:")
        for sentence in legs_right(theories):
            output.say(sentence)
    output.heading("Why")
    for sentence in reasons:
        output.say(f"- {sentence}")
    output.say()


def leg_table(title: str, part: Part) -> Table:
    """Return the verdicts of a truce by leg, in few words."""
    assert part.legs is not None  # noqa: S101 - of the replay of a truce
    rows = []
    for leg in records(part.legs):
        share = leg["share that holds"]
        rows.append(
            (
                leg["leg"],
                moves(str(leg["the game says"])),
                None if share is None else f"{share:.2f}",
                turns(str(leg["the record says"])),
                leg["agree"],
            )
        )
    return Table(title, LEGS, tuple(rows), part.legs.names)


def moves(said: str) -> str:
    """Return what the game says, with the first move of a departure and how many go with it.

    Examples
    --------
    >>> moves("breaks, by USA: visa to revocations, port_fee to usd_50"), moves("holds")
    ('breaks, by USA: visa to revocations; 1 more', 'holds')
    """
    who, colon, departure = said.partition(": ")
    first, *more = departure.split(", ")
    return f"{who}{colon}{first}; {len(more)} more" if more else said


def turns(record: str) -> str:
    """Return what the record says, its first step and how many follow, without numbers of rows.

    Examples
    --------
    >>> turns("moved on 2025-05-13 by USA (chip_control, E041); mended on 2025-06-11 by USA (visa, E050)")
    'moved on 2025-05-13 by USA (chip_control); 1 later step'
    >>> turns("held to 2025-11-10 (threatened: E073)")
    'held to 2025-11-10 (threatened)'
    """
    first, *more = uncoded(record).split("; ")
    return f"{first}; {len(more)} later step{'s' * (len(more) > 1)}" if more else first


def uncoded(text: str) -> str:
    """Return a sentence or a cell without the numbers that rows of the record have.

    Examples
    --------
    >>> uncoded("broken 57 days on, by CHN entity listings (E118, 2025-12-26; its ladder has one step)")
    'broken 57 days on, by CHN entity listings (2025-12-26; its ladder has one step)'
    >>> uncoded("2026-07-24, E108")
    '2026-07-24'
    """
    return re.sub(rf"{ROW}, (?=\d{{4}}-)|[,:] {ROW}(?=[),]|$)", "", text)


def theory_tables(parts: Mapping[str, Part]) -> tuple[Table, ...]:
    """Return for each truce what the record shows of its legs, and whether they hold under each theory.

    Beside the theories stands a rule that solves nothing: tariffs hold, the rest moves.
    """
    found = []
    for part in parts.values():
        if part.theories is not None:
            # Legs go across: there are few of them, and a theory more is a row more.
            legs = [str(row[0]) for row in part.theories.rows]
            turned = across(part.theories, part.theories.title)
            rule = (RULE, *("holds" if leg == "tariff" else "breaks" for leg in legs))
            # The state of the day is among the details.
            title = turned.title.partition(";")[0]
            found.append(Table(title, turned.columns, (*turned.rows, rule), turned.names))
    return tuple(found)


def legs_right(tables: Sequence[Table]) -> Iterator[str]:
    """Yield of how many legs each theory is right, with the interval of the share, and what it says."""
    right: dict[str, list[bool]] = {}
    for table in tables:
        # The first row is what the record says; theories follow, and the rule last.
        record, *theories = table.rows
        for who, *says in theories:
            pairs = zip((str(one).split()[0] for one in says), record[1:], strict=True)
            # What is open, or not rational to keep, is neither right nor wrong.
            own = [
                (word == "holds") == (held == "held") for word, held in pairs if word in ("holds", "breaks")
            ]
            right.setdefault(str(who), []).extend(own)
    known, legs = theories_by_name(), sum(len(table.columns) - 1 for table in tables)
    for who, own in right.items():
        yield _right(who, own, legs) + (f": {known[who].statement}" if who in known else "")
    decided = [share_interval(sum(own), len(own)) for own in right.values() if own]
    if len(decided) > 1 and max(low for low, _ in decided) <= min(high for _, high in decided):
        yield "All these intervals overlap: so few legs tell none of these apart."


def _right(who: str, right: Sequence[bool], legs: int) -> str:
    if not right:
        return f"{who} 0 of {legs}, none decided"
    low, high = share_interval(sum(right), len(right))
    open_ = f", {legs - len(right)} undecided" if len(right) < legs else ""
    return f"{who} {sum(right)} of {legs}{open_} ({low:.2f} to {high:.2f})"


def sentences(parts: Sequence[Part]) -> Iterator[str]:
    """Yield the weightiest sentences of truces, the first of each, the second, and so on; last the count."""
    legs = [each for part in parts if part.legs is not None for each in records(part.legs)]
    apart = [f"{spoken(str(leg['agreement']))}'s {leg['leg']} leg" for leg in legs if leg["agree"] is False]
    unsaid = sum(leg["agree"] is None for leg in legs)
    # The count of agreement is one of the sentences.
    said = 1
    longest = max((len(part.reasons) for part in parts), default=0)
    for k in range(longest):
        for part in parts:
            if k < len(part.reasons) and said < MOST_SENTENCES:
                said += 1
                yield part.reasons[k]
    decided = len(legs) - unsaid
    still = f"; {unsaid} {'is' if unsaid == 1 else 'are'} open" if unsaid else ""
    same = f"the same of {decided - len(apart)} of {len(legs)} legs{still}"
    # The first line answers; it has room for no more than the count.
    where = f"\nThey differ on {', '.join(apart)}." if apart else ""
    yield f"The text alone and the record say {same}.{where}"


def in_short(section: Section) -> Section:
    """Return the first two sentences of a section, with names in place of codes and of numbers of rows."""
    named = namer(section.tables[0].names)
    return Section(section.heading, (), tuple(str(named(uncoded(one))) for one in section.sentences[:2]))


def spelled(day: date) -> str:
    """Return a day as it is spoken.

    Examples
    --------
    >>> spelled(date(2025, 5, 12))
    '12 May 2025'
    """
    return f"{day.day} {day:%B %Y}"
