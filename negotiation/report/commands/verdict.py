"""What the command `verdict` does: what the games say of an agreement by leg, with no record beside it."""

from __future__ import annotations

import re
from dataclasses import replace

from negotiation.base.labelled import Table
from negotiation.base.labelled.naming import namer
from negotiation.disputes import Scenario
from negotiation.report.commands.output import Bar, Output
from negotiation.text_design.anatomy import anatomy
from negotiation.truces import Agreement, truce
from negotiation.truces.compiling.terms import check_agreement_known
from negotiation.truces.record.agreement_text import scenario_for
from negotiation.truces.theories import theories as theories_known
from negotiation.truces.verdicts.theory_verdicts import TheoryVerdicts
from negotiation.truces.verdicts.under_noise import NoiseVerdicts, noise_verdicts
from negotiation.truces.verdicts.verdict import verdict

# The theory by which nothing but the text counts.
TEXT_ALONE = "moment"

# What a word in the tables of theories means, where it stands there.
NOT_RATIONAL = (
    "not rational: at the central values keeping is worth less to a side than the worst it can be held to; "
    "the share beside it: how often the leg holds in draws where keeping is worth as much"
)

NOISE = ("leg", "under noise", "least margin, % GDP", "closest departure")


def run_verdict(
    output: Output,
    name: str,
    scenario: str | None,
    draws: int,
    seed: int,
    *,
    turns: bool,
    clauses: bool,
    verbose: bool = False,
) -> None:
    """Judge an agreement by leg under each theory, and its text under noise, and print both."""
    with Bar(f"judging {name} (some 10 s)") as report:
        world = scenario_for(name, scenario)
        agreement = truce(name, world)
        check_agreement_known(agreement, world)
        theories = verdict(agreement, world, draws=draws, rng=seed, progress=report)
        noise = noise_verdicts(agreement, world)
    _show(output, agreement, theories, noise, verbose)
    more = _turned(output, theories) if turns else {}
    more |= _by_clause(output, agreement, world, max(draws, 1), seed) if clauses else {}
    if not verbose:
        output.say("margins, departures and other questions of a leg: --verbose")
    output.document(
        {
            "agreement": agreement.id,
            "scenario": world.name,
            "state": theories.where,
            "draws": draws,
            "seed": seed,
            "theories": theories.detail(),
            "definitions": theories.by_definition(),
            "under_noise": noise.table(),
            "margins_under_noise": noise.margins_table(),
            **more,
        }
    )


def _show(
    output: Output, agreement: Agreement, theories: TheoryVerdicts, noise: NoiseVerdicts, verbose: bool
) -> None:
    """Print the answer, and the tables of one screen or all of them."""
    output.say(answer(theories))
    output.heading(f"{agreement.title}, signed {agreement.signed}")
    output.say(str(namer(theories.names)(theories.where)))
    output.table(across(theories.by_theory(), theories.by_theory().title))
    if not all(row.rational for row in theories):
        output.say(NOT_RATIONAL)
    for theory in theories_known():
        output.say(f"{theory.name}: {theory.statement}")
    if verbose:
        output.table(in_full(theories.table()))
        output.table(theories.by_definition())
    output.table(_renamed(noise.table(), "expected of the text alone, with slips and misreading"), NOISE)
    if verbose:
        output.table(_renamed(noise.margins_table(), "its margins under noise"))


def answer(found: TheoryVerdicts) -> str:
    """Return what the text alone says of each leg, and on which legs theories differ."""
    legs = list(dict.fromkeys(row.leg for row in found))
    words = {leg: [row.word for row in found if row.leg == leg] for leg in legs}
    alone = ", ".join(f"{leg} {found.find(leg, TEXT_ALONE).word}" for leg in legs)
    # What is open, or not rational to keep, is neither held nor broken.
    apart = [leg for leg in legs if {"holds", "breaks"} <= set(words[leg])]
    differ = (
        f"Theories of what it leaves out differ on: {', '.join(apart)}." if apart else "No theory differs."
    )
    return f"The text alone: {alone}.\n{differ}"


def _turned(output: Output, theories: TheoryVerdicts) -> dict[str, object]:
    """Print what each verdict turns on, and return it."""
    with Bar("searching what each verdict turns on"):
        theories.turns  # noqa: B018 - kept, and shown below
    output.table(_renamed(theories.turns.table(), "what these verdicts turn on"))
    return {"turns": theories.turns.table()}


def _by_clause(
    output: Output, agreement: Agreement, world: Scenario, draws: int, seed: int
) -> dict[str, object]:
    """Print what each clause does, and return it."""
    with Bar("taking clauses out and in") as report:
        found = anatomy(agreement, world, draws=draws, rng=seed, progress=report)
    output.say(found.answer)
    # Clauses taken out come first, then those that would help most.
    output.table(found.table(), most_rows=len(found.without) + 3)
    output.table(found.payments_table())
    return {"clauses": found.table(), "payments": found.payments_table()}


def across(table: Table, title: str) -> Table:
    """Return a table with its rows as columns: theories go down, legs across.

    Examples
    --------
    >>> across(Table("t", ("leg", "moment", "custom"), (("tariff", "holds", "breaks"),)), "t").rows
    (('moment', 'holds'), ('custom', 'breaks'))
    """
    columns = tuple(str(row[0]) for row in table.rows)
    # Columns become rows: theories are many and legs few.
    rows = tuple(zip(table.columns[1:], *(row[1:] for row in table.rows), strict=True))
    return Table(title, ("", *columns), rows, table.names)


def in_words(departure: object) -> str:
    """Return a departure in short with what goes along in words.

    Examples
    --------
    >>> in_words("USA visa +2")
    'USA visa and 2 more'
    """
    return re.sub(r" \+(\d+)$", r" and \1 more", str(departure))


def in_full(table: Table) -> Table:
    """Return a table of verdicts with its departures, the last column, in words."""
    return replace(table, rows=tuple((*row, in_words(departure)) for *row, departure in table.rows))


def _renamed(table: Table, title: str) -> Table:
    return replace(table, title=title)
