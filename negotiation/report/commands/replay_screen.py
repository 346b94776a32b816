"""The screen at the end of a replay: verdicts by leg beside the record, theories, and reasons."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from negotiation.base.labelled import Table
from negotiation.base.labelled.naming import namer
from negotiation.base.labelled.numbers import records
from negotiation.report.commands.output import Output
from negotiation.report.commands.sections import Section, SectionPart, across
from negotiation.truces.replay.reasons import spoken
from negotiation.truces.verdicts.drawn import (
    BREAKS,
    HOLDS,
    NOT_RATIONAL,
    NOT_RATIONAL_MEANS,
    OPEN,
    OPEN_MEANS,
    share_interval,
    share_means,
)

# Margin in USD million from which no decimals are shown.
MOST_DIGITS = 1_000.0

# Sentences under "Why" on the screen; `--verbose` and the files have the rest.
MOST_SENTENCES = 3

# The rule that predicts legs without solving a game.
RULE = "tariffs hold, the rest moves"

# The identifier of a row of the record.
ROW = r"\b[A-Z]{1,2}\d{2,3}[a-z]?\b"

# Margins are in millions of dollars a year.
LEGS = ("leg", "text alone", "share", "USD m/yr", "the record", "agree")


def screen(output: Output, draws: int, titles: Mapping[str, str], parts: Mapping[str, SectionPart]) -> None:
    """Print how often game and record agree, the verdicts by leg and theory, and the main reasons.

    `titles` and `parts` are by the name of the truce. `draws` is the number of draws behind the shares.
    """
    *reasons, answer = sentences(list(parts.values()))
    output.say(answer)
    output.heading("Verdict by leg, beside the record")
    for name, part in parts.items():
        output.table(leg_table(titles[name], part))
    output.heading("Does a leg hold, under each theory of what the text leaves out?")
    theories = theory_table(parts)
    output.table(theories, most_rows=None)
    cells = {str(cell) for row in theories.rows for cell in row}
    means = (
        share_means(draws) if draws else "All is at central values.",
        OPEN_MEANS if any(OPEN in cell for cell in cells) else "",
        NOT_RATIONAL_MEANS if any(NOT_RATIONAL in cell for cell in cells) else "",
    )
    output.say(" ".join(each for each in means if each))
    output.say(legs_right(theories))
    output.heading("Why")
    for sentence in reasons:
        output.say(f"- {sentence}")


def leg_table(title: str, part: SectionPart) -> Table:
    """Return a short table of the verdicts on a truce by leg, beside the record."""
    assert part.legs is not None  # noqa: S101 - of the replay of a truce
    rows = []
    for leg in records(part.legs):
        share, margin = leg["share that holds"], leg["margin, USD million a year"]
        rows.append(
            (
                leg["leg"],
                moves(str(leg["the game says"])),
                None if share is None else f"{share:.2f}",
                f"{margin:,.3g}"
                if isinstance(margin, float) and abs(margin) < MOST_DIGITS
                else f"{margin:,.0f}",
                re.split(r"; | by | \(", str(leg["the record says"]), maxsplit=1)[0],
                leg["agree"],
            )
        )
    return Table(title, LEGS, tuple(rows), part.legs.names)


def moves(said: str) -> str:
    """Return the verdict of the game, with only the first instrument of a departure.

    Examples
    --------
    >>> moves("breaks, by USA: visa to revocations, port_fee to usd_50"), moves("holds")
    ('breaks: visa', 'holds')
    """
    _, colon, departure = said.partition(": ")
    return f"breaks: {departure.partition(' to ')[0]}" if colon else said


def turns(record: str) -> str:
    """Return the first step of a leg in the record and the number of later steps, without row identifiers.

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
    """Return a sentence or a cell without the identifiers of rows of the record.

    Examples
    --------
    >>> uncoded("broken 57 days on, by CHN entity listings (E118, 2025-12-26; its ladder has one step)")
    'broken 57 days on, by CHN entity listings (2025-12-26; its ladder has one step)'
    >>> uncoded("2026-07-24, E108")
    '2026-07-24'
    """
    return re.sub(rf"{ROW}, (?=\d{{4}}-)|[,:] {ROW}(?=[),]|$)", "", text)


def theory_table(parts: Mapping[str, SectionPart]) -> Table:
    """Return whether each leg of each truce was kept in the record, and whether it holds under each theory.

    For each truce, a row for the record is followed by one row per theory. Legs are columns.
    """
    rows: list[tuple[object, ...]] = []
    columns: tuple[str, ...] = ("",)
    names: dict[str, str] = {}
    for name, part in parts.items():
        assert part.theories is not None  # noqa: S101 - of the replay of a truce
        turned = across(part.theories)
        record, *theories = turned.rows
        columns = turned.columns
        rows += [(f"{spoken(name)}: {record[0]}", *record[1:]), *theories]
        names |= part.theories.names
    return Table("", columns, tuple(rows), names)


def legs_right(theories: Table) -> str:
    """Return a sentence on the number of legs that each theory predicts correctly, with 95 percent intervals.

    A rule that solves no game is added for comparison: tariffs hold, the rest moves.
    """
    right: dict[str, list[bool]] = {}
    legs, record = 0, tuple[object, ...]()
    for who, *says in theories.rows:
        if str(who).endswith(": the record"):
            record, legs = tuple(says), legs + len(says)
            who, says = RULE, [HOLDS if leg == "tariff" else BREAKS for leg in theories.columns[1:]]
        pairs = zip((str(text).split()[0] for text in says), record, strict=True)
        # A leg that is open, or not rational to keep, counts neither as right nor as wrong.
        own = [(word == HOLDS) == (held == "held") for word, held in pairs if word in (HOLDS, BREAKS)]
        right.setdefault(str(who), []).extend(own)
    counts = "; ".join(_right(who, own, legs) for who, own in right.items())
    decided = [share_interval(sum(own), len(own)) for own in right.values() if own]
    overlap = len(decided) > 1 and max(low for low, _ in decided) <= min(high for _, high in decided)
    beside = " All these intervals overlap: so few legs cannot tell these apart." if overlap else ""
    return f"Legs predicted correctly, with 95 percent intervals: {counts}.{beside}"


def _right(who: str, right: Sequence[bool], legs: int) -> str:
    if not right:
        return f"{who} 0 of {legs}, none decided"
    low, high = share_interval(sum(right), len(right))
    open_ = f", {legs - len(right)} undecided" if len(right) < legs else ""
    return f"{who} {sum(right)} of {legs}{open_} ({low:.2f} to {high:.2f})"


def sentences(parts: Sequence[SectionPart]) -> Iterator[str]:
    """Yield the main reasons, and last a sentence on how often text and record agree.

    The first reasons of all truces come before the second ones. There are at most `MOST_SENTENCES` sentences.
    """
    legs = [each for part in parts if part.legs is not None for each in records(part.legs)]
    apart = [f"{spoken(str(leg['agreement']))}'s {leg['leg']} leg" for leg in legs if leg["agree"] is False]
    unsaid = sum(leg["agree"] is None for leg in legs)
    # The sentence on agreement counts as one.
    count = 1
    longest = max((len(part.reasons) for part in parts), default=0)
    for k in range(longest):
        for part in parts:
            if k < len(part.reasons) and count < MOST_SENTENCES:
                count += 1
                yield part.reasons[k]
    decided = len(legs) - unsaid
    still = f"; {unsaid} {'is' if unsaid == 1 else 'are'} open" if unsaid else ""
    same = f"the same of {decided - len(apart)} of {len(legs)} legs{still}"
    # The first line answers; it has room only for the count.
    where = f"\nThey differ on {', '.join(apart)}." if apart else ""
    yield f"The text alone and the record say {same}.{where}"


def in_short(section: Section) -> Section:
    """Return the first two sentences of a section, with names for codes and without row identifiers."""
    named = namer(section.tables[0].names)
    return Section(
        section.heading, (), tuple(str(named(uncoded(sentence))) for sentence in section.sentences[:2])
    )


def spelled(day: date) -> str:
    """Return a date in words.

    Examples
    --------
    >>> spelled(date(2025, 5, 12))
    '12 May 2025'
    """
    return f"{day.day} {day:%B %Y}"
