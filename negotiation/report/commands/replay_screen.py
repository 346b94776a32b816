"""The screen with which a replay ends: verdict by leg beside the record, why, and where the files are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from negotiation.base.labelled import Table
from negotiation.report.commands.output import Output, records
from negotiation.report.commands.sections import Part
from negotiation.report.commands.verdict import across
from negotiation.truces.replay.reasons import spoken

# Sentences of why on the screen; `--verbose` and the files have the rest.
MOST_SENTENCES = 4

# What is said of legs without solving anything.
RULE = "tariffs hold, the rest moves"

LEGS = ("leg", "the game says", "share", "the record says", "agree")


def screen(output: Output, draws: int, titles: Mapping[str, str], parts: Mapping[str, Part]) -> None:
    """Print the verdicts by leg beside the record, and the weightiest reasons."""
    output.heading("Verdict by leg, beside the record")
    for name, part in parts.items():
        output.table(leg_table(titles[name], part))
    if draws:
        output.say(f"share: of {draws} draws of the parameters in which the game says the leg holds")
    theories = theory_tables(parts)
    if theories:
        output.heading("Under each theory of what the text leaves out")
        for table in theories:
            output.table(table)
        output.say(legs_right(theories))
    output.heading("Why")
    for sentence in sentences(list(parts.values())):
        output.say(f"- {sentence}")
    output.say()


def leg_table(title: str, part: Part) -> Table:
    """Return the verdicts of a truce by leg, in few words."""
    assert part.legs is not None  # noqa: S101 - of the replay of a truce
    rows = []
    for leg in records(part.legs):
        share = leg["holds in share of draws"]
        rows.append(
            (
                leg["leg"],
                leg["the game says"],
                None if share is None else f"{share:.2f}",
                turns(str(leg["the record says"])),
                leg["agree"],
            )
        )
    return Table(title, LEGS, tuple(rows), part.legs.names)


def turns(record: str) -> str:
    """Return what the record says, its first turn and how many follow."""
    first, *more = record.split("; ")
    return f"{first}; {len(more)} turns more" if more else first


def theory_tables(parts: Mapping[str, Part]) -> tuple[Table, ...]:
    """Return for each truce what the record shows of its legs, and whether they hold under each theory.

    Beside the theories stands a rule that solves nothing: tariffs hold, the rest moves.
    """
    found = []
    for name, part in parts.items():
        if part.theories is not None:
            # Legs go across: there are few of them, and a theory more is a row more.
            legs = [str(row[0]) for row in part.theories.rows]
            turned = across(part.theories, f"{spoken(name)}: does a leg hold? with the share of draws")
            rule = (RULE, *("yes" if leg == "tariff" else "no" for leg in legs))
            found.append(Table(turned.title, turned.columns, (*turned.rows, rule)))
    return tuple(found)


def legs_right(tables: Sequence[Table]) -> str:
    """Return of how many legs each theory is right, in a sentence."""
    right: dict[str, int] = {}
    legs = 0
    for table in tables:
        # The first row is what the record says; theories follow, and the rule last.
        record, *theories = table.rows
        legs += len(record) - 1
        for who, *says in theories:
            agree = sum(
                (str(one)[:3] == "yes") == (held == "held")
                for one, held in zip(says, record[1:], strict=True)
            )
            right[str(who)] = right.get(str(who), 0) + agree
    return f"right, of {legs} legs: {', '.join(f'{who} {count}' for who, count in right.items())}"


def sentences(parts: Sequence[Part]) -> Iterator[str]:
    """Yield the weightiest sentences of several truces: the first of each, then the second of each."""
    legs = [each for part in parts if part.legs is not None for each in records(part.legs)]
    apart = [f"{spoken(str(leg['agreement']))}'s {leg['leg']} leg" for leg in legs if not leg["agree"]]
    # The last sentence, which counts agreement, has its place in the number of sentences.
    said = 1
    longest = max((len(part.reasons) for part in parts), default=0)
    for k in range(longest):
        for part in parts:
            if k < len(part.reasons) and said < MOST_SENTENCES:
                said += 1
                yield part.reasons[k]
    where = f"; not on {', '.join(apart)}" if apart else ""
    yield f"Game and record say the same of {len(legs) - len(apart)} of {len(legs)} legs{where}."


def spelled(day: date) -> str:
    """Return a day as it is spoken.

    Examples
    --------
    >>> spelled(date(2025, 5, 12))
    '12 May 2025'
    """
    return f"{day.day} {day:%B %Y}"
