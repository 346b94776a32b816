"""What the command `verdict` does: what the games say of an agreement by leg, with no record beside it."""

from __future__ import annotations

from dataclasses import replace

from negotiation.base.labelled import Table
from negotiation.base.progress import part_of
from negotiation.report.commands.output import Bar, Output, records
from negotiation.truces import truce
from negotiation.truces.compiling.terms import check_agreement_known, postures_before, written_terms
from negotiation.truces.record.agreement_text import scenario_for
from negotiation.truces.verdicts.incentives import incentives_of
from negotiation.truces.verdicts.shares_of_draws import verdicts_of
from negotiation.truces.verdicts.theory_verdicts import verdict
from negotiation.truces.verdicts.under_noise import noise_verdicts

LEGS = ("leg", "the game says", "least margin, % GDP", "holds in share of draws", "covered as written")
NOISE = ("leg", "under noise", "least margin, % GDP", "closest departure")

# Of a hundred steps those of one theory, whose draws are judged first, and those of all.
FIRST_HALF, SECOND_HALF = (0, 50, 100), (50, 100, 100)


def run_verdict(
    output: Output, name: str, scenario: str | None, draws: int, seed: int, *, turns: bool
) -> None:
    """Judge an agreement by leg, without noise, with it, and under each theory, and print all three."""
    with Bar(f"judging {name}") as report:
        world = scenario_for(name, scenario)
        agreement = truce(name, world)
        check_agreement_known(agreement, world)
        before, state = postures_before(agreement, world), world.default_state
        incentives = incentives_of(world, written_terms(agreement), before, state)
        verdicts = verdicts_of(
            world, agreement, incentives, before, state, draws, seed,
            part_of(report, *FIRST_HALF),
        )  # fmt: skip
        noise = noise_verdicts(agreement, world, state)
        theories = verdict(agreement, world, draws=draws, rng=seed, progress=part_of(report, *SECOND_HALF))
    output.heading(f"{agreement.title}, signed {agreement.signed}")
    legs = verdicts.table()
    output.table(_renamed(legs, f"without noise, shares over {draws} draws"), LEGS)
    output.table(_renamed(verdicts.margins_table(), "its margins, without noise"))
    output.table(_renamed(noise.table(), "the text under noise"), NOISE)
    output.table(_renamed(noise.margins_table(), "its margins under noise"))
    output.table(across(theories.by_theory(), "under each theory of what the text leaves out"))
    if turns:
        with Bar("searching what each verdict turns on"):
            theories.turns  # noqa: B018 - kept, and shown below
        output.table(_renamed(theories.turns.table(), "what these verdicts turn on"))
    output.document(
        {
            "agreement": agreement.id,
            "scenario": world.name,
            "draws": draws,
            "seed": seed,
            "legs": [{name: row[name] for name in LEGS} for row in records(legs)],
            "margins": verdicts.margins_table(),
            "under_noise": noise.table(),
            "margins_under_noise": noise.margins_table(),
            "theories": theories.detail(),
            **({"turns": theories.turns.table()} if turns else {}),
        }
    )


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


def _renamed(table: Table, title: str) -> Table:
    return replace(table, title=title)
