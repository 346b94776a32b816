"""The command `verdict`: whether the games say that each leg of an agreement holds, without the record."""

from __future__ import annotations

from typing import Any

from negotiation.base.labelled import Table
from negotiation.base.labelled.naming import namer
from negotiation.disputes import Scenario
from negotiation.errors import InvalidOptions
from negotiation.report.commands.declared import VerdictOptions
from negotiation.report.commands.output import Bar, Output
from negotiation.report.commands.sections import across
from negotiation.report.commands.typed import agreement_named, dispute, typed_day, with_settings
from negotiation.truces.compiling.terms import check_agreement_known
from negotiation.truces.record.agreement_text import scenario_for
from negotiation.truces.theories import theories as theories_known
from negotiation.truces.verdicts.agreements import Agreement, truce
from negotiation.truces.verdicts.drawn import BREAKS, HOLDS, NOT_RATIONAL_MEANS, OPEN, OPEN_MEANS, share_means
from negotiation.truces.verdicts.theory_verdicts import TheoryVerdicts
from negotiation.truces.verdicts.verdict import verdict

# The leg with controls, whose payoffs are a worth and a cost.
CONTROL = "control"

# The columns on the screen; `--verbose` and `--json` have the rest.
SHOWN = ("leg", "verdict", "margin, USD million a year", "departure")


def run_verdict(output: Output, options: VerdictOptions) -> None:
    """Judge an agreement by leg under each theory, and under noise with its own remedy, and print both."""
    for_ever = options.remedy == "for ever" and not options.noise
    if options.turns and not for_ever:
        raise InvalidOptions(
            '--turns assumes that a breach is answered "for ever", without noise; leave out --remedy and '
            "--noise, or --turns"
        )
    scenario = dispute(options.scenario)
    name = agreement_named(options.agreement, scenario)
    choices: dict[str, Any] = {name: getattr(options, name) for name in ("remedy", "noise", "counted")}
    with Bar(f"judging {name} (some 30 s)") as report:
        there = scenario_for(name, scenario, typed_day(options.as_of), to_judge=True)
        world = with_settings(there, options.settings)
        agreement = truce(name, world)
        check_agreement_known(agreement, world)
        theories = verdict(
            agreement, world, draws=options.draws, rng=options.seed, progress=report, **choices
        )
        written = verdict(agreement, world, remedy="as written", noise=True)
    _show(output, agreement, theories, written, options.verbose)
    more = _rests_on(output, theories, options) if for_ever else {}
    more |= _turned(output, agreement, theories) if options.turns else {}
    more |= _by_clause(output, agreement, world, options) if options.anatomy else {}
    more |= _revealed(output, agreement, world, options) if options.revealed else {}
    if not options.verbose:
        output.say("margins, departures and other questions of a leg: --verbose")
    output.document(
        {
            "agreement": agreement.id,
            "scenario": world.name,
            "as_of": str(world.definition.known),
            "state": theories.where,
            "draws": options.draws,
            "seed": options.seed,
            **choices,
            "theories": theories.detail(),
            "definitions": theories.by_definition(),
            "as_written": written.detail(),
            **more,
        }
    )


def _revealed(
    output: Output, agreement: Agreement, world: Scenario, options: VerdictOptions
) -> dict[str, Table]:
    """Print the verdicts of the text alone in all draws and in those that agree with earlier choices."""
    from negotiation.truces.revealed.revealed import revealed

    with Bar("finding the draws that agree with earlier choices (a minute)"):
        result = revealed(world, draws=max(options.draws, 1), rng=options.seed)
        verdicts = result.verdicts(agreement)
    return show_revealed(output, verdicts.table())


def show_revealed(output: Output, table: Table) -> dict[str, Table]:
    """Print shares by set of draws, and the meaning of the words; return the table for the document."""
    output.table(table)
    output.say(
        "consistent: draws weighted by the choices before the day, one vote per episode; restated: choices "
        "left out because they repeat this verdict; in sample: all choices, in hindsight"
    )
    return {"revealed": table}


def _show(
    output: Output, agreement: Agreement, theories: TheoryVerdicts, written: TheoryVerdicts, verbose: bool
) -> None:
    """Print the answer, and the tables of one screen or all tables."""
    known = theories.batch.scenario.definition.known
    output.say(answer(theories))
    output.say(f"As known on {known.day} {known:%B %Y}, {theories.setting}.")
    output.heading(f"{agreement.title}, signed {agreement.signed}")
    output.say(str(namer(theories.names)(theories.where)))
    output.table(across(theories.by_theory()))
    output.say(legend(theories))
    shown_names = {row.theory for row in theories}
    for theory in (entry for entry in theories_known() if entry.name in shown_names):
        output.say(f"{theory.name}: {theory.statement}")
    if verbose:
        output.table(theories.table())
        output.table(theories.by_definition())
    output.table(written.table() if verbose else written.table().only(SHOWN))


def legend(found: TheoryVerdicts) -> str:
    """Return the meaning of the words that occur in a table of verdicts, one per line."""
    words = {row.word for row in found}
    means = (
        share_means(found.draws, found.drawn.counted) if found.drawn is not None else "",
        OPEN_MEANS if OPEN in words else "",
        NOT_RATIONAL_MEANS if not all(row.rational for row in found) else "",
        other_convention(found),
    )
    return "\n".join(each for each in means if each)


def other_convention(found: TheoryVerdicts) -> str:
    """Return a sentence on shares that differ if draws in which keeping is not rational count differently.

    The sentence is empty if no share differs or there are no draws.
    """
    if found.drawn is None:
        return ""
    broken = found.drawn.counted == "left out"
    others = found.counting("as broken" if broken else "left out")
    shares: dict[str, list[str]] = {}
    for row, other in zip(found, others, strict=True):
        if row.share != other.share:
            share = "none" if other.share is None else f"{other.share:.2f}"
            shares.setdefault(row.theory, []).append(f"{row.leg} {share}")
    if not shares:
        return ""
    counted = f"counted as broken, of {found.draws}" if broken else "left out"
    listed = "; ".join(f"{theory}: {', '.join(legs)}" for theory, legs in shares.items())
    return f"Shares with such draws {counted}: {listed}."


def answer(found: TheoryVerdicts) -> str:
    """Return two lines: the verdict of the text alone on each leg, and the legs on which theories differ."""
    legs = list(dict.fromkeys(row.leg for row in found))
    words = {leg: {row.word for row in found if row.leg == leg} for leg in legs}
    alone = ", ".join(f"{leg} {found[leg].word}" for leg in legs)
    # A leg that is open, or not rational to keep, neither holds nor breaks.
    second = "No theory differs."
    if apart := [leg for leg in legs if {HOLDS, BREAKS} <= words[leg]]:
        second = f"Theories of what it leaves out differ on: {', '.join(apart)}."
    elif unsaid := [leg for leg in legs if words[leg] - {HOLDS, BREAKS}]:
        second = f"Theories that decide a leg agree; some do not decide: {', '.join(unsaid)}."
    return f"By the text alone: {alone}.\n{second}"


def _rests_on(output: Output, theories: TheoryVerdicts, options: VerdictOptions) -> dict[str, object]:
    """Print the worth of controls at which their leg turns, and the share of variance due to assumptions."""
    from negotiation.truces.studies.turning_weights import assumed_parts, turning_ratios

    with Bar("asking what the text's margins rest on"):
        ratios = [ratio for ratio in turning_ratios(theories) if ratio.leg == CONTROL]
        parts = assumed_parts(theories, rng=options.seed) if options.draws else {}
    for ratio in ratios:
        output.say(str(namer(theories.names)(str(ratio))))
    if parts:
        legs = ", ".join(f"{leg} {part:.2f}" for leg, part in parts.items())
        output.say(f"Share of the variance of the text's margin that is due to assumed parameters: {legs}.")
    columns = ("country", "instrument", "k", "k*", "cost, USD bn a year", "worth at k*, USD bn a year")
    rows = tuple((r.country, r.instrument, r.ratio, r.turning, r.cost, r.worth) for r in ratios)
    return {"ratios": Table("where controls turn their leg", columns, rows), "assumed": parts}


def _turned(output: Output, agreement: Agreement, theories: TheoryVerdicts) -> dict[str, Table]:
    """Print the values and the weights on interests at which verdicts change, and return the tables."""
    from negotiation.truces.studies.turning_weights import turning_weights

    with Bar("searching what each verdict turns on (some 30 s)"):
        theories.turns  # noqa: B018 - cached, and shown below
        weights = turning_weights(agreement, theories.batch.scenario)
    more = {"turns": theories.turns.table()} | ({"weights": weights.table()} if weights.weights else {})
    for table in more.values():
        output.table(table)
    return more


def _by_clause(
    output: Output, agreement: Agreement, world: Scenario, options: VerdictOptions
) -> dict[str, object]:
    """Print the effects of each clause and payment, and return the tables."""
    from negotiation.text_design.anatomy import anatomy

    with Bar("taking clauses out and in") as report:
        clauses = anatomy(agreement, world, draws=max(options.draws, 1), rng=options.seed, progress=report)
    output.say(clauses.answer)
    # Clauses taken out come first, then those that would help most.
    output.table(clauses.table(), most_rows=len(clauses.without) + 3)
    output.table(clauses.payments_table())
    return {"clauses": clauses.table(), "payments": clauses.payments_table()}
