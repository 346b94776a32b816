"""The parts of the command `replay`: each computes, writes tables and figures, and returns what to print."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, get_args

from negotiation.base.labelled import Table
from negotiation.report.commands.forecast import by_move
from negotiation.report.commands.output import Bar
from negotiation.report.commands.replay_screen import spelled
from negotiation.report.commands.sections import Section, SectionPart
from negotiation.report.figures.truces.predictions import chances_figure
from negotiation.report.files import write_figure, write_tables
from negotiation.truces.claims.table import claims_table
from negotiation.truces.prediction.baselines import BASELINES
from negotiation.truces.prediction.forecast import forecast
from negotiation.truces.prediction.scores import prequential
from negotiation.truces.prediction.series_scores import Form
from negotiation.truces.prediction.theory_forecasts import theory_forecasters
from negotiation.truces.prediction.theory_parts import scores_over_the_record, theory_parts
from negotiation.truces.record.timeline import record_ends
from negotiation.truces.replay.aftermath import aftermath, read_on
from negotiation.truces.replay.first_named import first_named
from negotiation.truces.replay.reasons import reasons, spoken
from negotiation.truces.replay.replay import Replay
from negotiation.truces.replay.replay import replay as replay_truce
from negotiation.truces.replay.window_scores import usual_predictors
from negotiation.truces.studies.leverage import leverage
from negotiation.truces.studies.linkage import linkage_gains
from negotiation.truces.studies.payoff_sets import bargain_sets
from negotiation.truces.verdicts.agreements import truce
from negotiation.truces.verdicts.authority import authority_loss
from negotiation.truces.verdicts.moving_states import truce_in_states

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from negotiation.disputes import Scenario
    from negotiation.report.commands.declared import ReplayOptions
    from negotiation.truces.prediction.forecast_rows import Forecast
    from negotiation.truces.prediction.scores import Scores

# Parameter draws of the claims, in a quick look and in the full replay.
QUICK_CLAIM_DRAWS, FULL_CLAIM_DRAWS = 64, 4096

# One format of figures; users can save the plot of a result in any other.
PICTURES = ("png",)

MOVES = (
    "id", "announced", "country", "instrument", "from", "to", "legal", "mover's change, % GDP",
    "static best level", "note",
)  # fmt: skip
INCENTIVES = (
    "player", "instrument", "covered", "prescribed", "best departure", "margin, % GDP",
    "critical discount factor", "longest reaction lag, days",
)  # fmt: skip
LEVERAGE = (
    "day", "leverage, % GDP", "lasting leverage, % GDP", "control's gain, % GDP",
    "share of draws with lasting leverage above gain", "critical discount factor", "binding",
)  # fmt: skip
# How to read the steps after the truce.
READ_SO = "Up: harsher; down: calmer. Codings of the record differ on some steps."
# Predictions of truces that were published and later withdrawn.
SAID = {"2025-10-busan": "some leg is broken within the year, almost surely"}
STEPS = ("announced", "row", "who moved what", "step", "law", "answered by")
CLAIMS = (
    "question", "claim", "at the central values", "share of draws", "low", "high", "draws", "fails by",
)  # fmt: skip


def replayed(world: Scenario, options: ReplayOptions, folder: Path, name: str) -> SectionPart:
    """Replay the truce `name`."""
    with Bar(f"replaying {name} (some 5 s of a free core)") as report:
        result = replay_truce(name, world, draws=options.draws, rng=options.seed, progress=report)
    write_tables(result.tables(), folder)
    write_figure(result.plot(), folder, "levels", PICTURES)
    # With one covered leg, all kinds of linkage are equal and their curves coincide.
    if result.noise is not None and len(result.noise.lifetime.legs) > 1:
        write_figure(result.noise.lifetime.plot(), folder, "survival", PICTURES)
    return SectionPart(_details(result), result.legs.table(), reasons(result), result.verdicts.by_theory())


def _details(result: Replay) -> tuple[Section, ...]:
    verdicts = result.legs.table()
    title = f"{result.agreement.title}, signed {result.agreement.signed}"
    tables = (
        result.moves.table().only(MOVES),
        result.check().table().only(INCENTIVES),
        result.coverage_table(),
        verdicts.only(verdicts.columns[1:]),
        result.theories.by_definition(),
    )
    sections = [Section(title, tables, (result.agreement.summary,))]
    if result.noise is not None:
        noise = result.noise.tables(result.legs)
        legs = noise.pop("noise")
        legs = legs.only([c for c in legs.columns if c not in ("covered", "the record says")])
        sections.append(Section(f"{result.agreement.title}, under noise", (legs, *noise.values())))
    return tuple(sections)


def bargained(world: Scenario, _options: ReplayOptions, folder: Path) -> SectionPart:
    """Compute the payoffs that patience can sustain in the core game, with and without curb and controls."""
    with Bar("payoff sets of the core game"):
        sets = bargain_sets(world)
    _write({"payoff_sets": sets.table()}, {"sets": sets.plot()}, folder)
    return SectionPart([Section("What patience can sustain", (sets.table(),))])


def levered(world: Scenario, options: ReplayOptions, folder: Path) -> SectionPart:
    """Compute leverage over time, and the effect of a loss of legal authority."""
    with Bar("leverage over time") as report:
        # Leverage over time is a share of draws, so it needs at least one.
        levers = leverage(world, draws=max(options.draws, 1), rng=options.seed, progress=report)
        losable = world.definition.state.authority is not None
        lost = {"authority": authority_loss(world, tuple(options.truces)).table()} if losable else {}
    tables = {
        "leverage": levers.table(),
        "months_of_curb": levers.months_table(),
        "state": levers.trajectory.table(),
        **lost,
    }
    _write(tables, {"leverage": levers.plot()}, folder)
    shown = (levers.table().only(LEVERAGE), levers.months_table(), *lost.values())
    return SectionPart([Section("How leverage rises and wears", shown)])


def over_states(world: Scenario, _options: ReplayOptions, folder: Path) -> SectionPart:
    """Compute the verdict on the truce of the dispute if its state changes over time."""
    with Bar("the truce over moving states"):
        truce = truce_in_states(world)
    _write({"truce_in_states": truce.table()}, {}, folder)
    return SectionPart([Section("A truce over moving states", (truce.table(),), (truce.verdict.explain(),))])


def predicted(world: Scenario, options: ReplayOptions, folder: Path) -> SectionPart:
    """Score baselines and theories on the record, and forecast the months ahead with the pool of both."""
    with Bar("scoring baselines and theories week by week") as report:
        scores = prequential(usual_predictors(world), world, progress=report)
    # Chosen after the fact, as the sentence below the table says.
    best, first = min(scores.names, key=scores.mean), first_named(world).table()
    tables = {"scores": scores.table(), "first_named": first}
    figures = {"chances": chances_figure(scores, best)}
    sections = [_scored(scores), Section("What was named first before each first break", (first,))]
    if options.full:
        whole = _over_the_record(world)
        title = "Scores over the whole record, and what parts of theories add"
        sections.append(Section(title, tuple(whole.values())))
        tables |= whole
    for name, each in _forecasts(world, options).items():
        sections.append(Section(f"What is to come after {name}, as of {each.as_of}", (by_move(each),)))
        tables[f"forecast_{name}"] = each.table()
        figures[f"forecast_{name}"] = each.plot()
    _write(tables, figures, folder)
    return SectionPart(sections)


def _over_the_record(world: Scenario) -> dict[str, Table]:
    """Return tables of the scores of baselines and theories, and of parts of theories, by week and month."""
    forecasters = (*BASELINES, *theory_forecasters(world))
    tables: dict[str, Table] = {}
    for form in get_args(Form):
        with Bar(f"scoring the whole record by {form}") as report:
            scores = scores_over_the_record(forecasters, world, form, progress=report)
        with Bar(f"switching parts of theories on and off, by {form}") as report:
            parts = theory_parts(world, form, progress=report)
        tables |= {f"scores_by_{form}": scores.table(), f"parts_by_{form}": parts.table()}
    return tables


def claimed(world: Scenario, options: ReplayOptions, folder: Path) -> SectionPart:
    """Compute the share of parameter draws in which each claim holds."""
    draws = FULL_CLAIM_DRAWS if options.full else QUICK_CLAIM_DRAWS
    with Bar(f"claims over {draws} parameter draws"):
        results = claims_table(world, draws=draws, rng=options.seed)
    tables, figures = {"claims": results.table()}, {"claims": results.plot()}
    shown = [results.table().only(CLAIMS)]
    if options.full:
        gains = linkage_gains(world)
        shown.append(gains.table())
        tables["linkage"], figures["linkage"] = gains.table(), gains.plot()
    _write(tables, figures, folder)
    return SectionPart([Section("Claims, and the share of draws in which each holds", tuple(shown))])


def afterwards(world: Scenario, options: ReplayOptions, folder: Path) -> SectionPart:
    """Compute the levels and steps that followed on the truces, up to the end of the record."""
    sections = []
    for name in (each for each in options.truces if read_on(each, world)):
        outcome = aftermath(name, world)
        days = (outcome.until - outcome.agreement.signed).days
        heading = f"{spoken(outcome.agreement.id)} {days} days on (to {spelled(outcome.until)})"
        tables = (outcome.table(), outcome.step_table(), outcome.clause_table(), outcome.measured_table())
        shown = (tables[0], tables[1].only(STEPS), *(table for table in tables[2:] if table.rows))
        withdrawn_text = SAID.get(outcome.agreement.id)
        withdrawn = (
            (f'Withdrawn, as it names neither level nor step: "{withdrawn_text}".',) if withdrawn_text else ()
        )
        sections.append(Section(heading, shown, (*outcome.sentences, READ_SO, *withdrawn)))
        kinds = (f"{outcome.agreement.id}_{kind}" for kind in ("levels", "steps", "clauses", "measured"))
        write_tables(dict(zip(kinds, tables, strict=True)), folder)
    return SectionPart(sections)


def _scored(found: Scores) -> Section:
    baselines = [baseline.name for baseline in BASELINES]
    theories = [name for name in found.names if name not in baselines]
    simple, best = (min(names, key=found.mean) for names in (baselines, theories))
    gain, low, high = found.difference(best, simple)
    rows = [row for row in found.table().rows if row[1] == "all"]
    band = f"90 percent over truce spells: {low:.4f} to {high:.4f}"
    return Section(
        "Who foresaw the moves",
        (Table("scores of all cells, smaller is better", found.table().columns, tuple(rows)),),
        (
            f"best baseline: {simple}; best theory: {best}, both after the fact",
            f"the theory gains {gain:.4f} nats a cell over the baseline ({band})",
        ),
    )


def _forecasts(world: Scenario, options: ReplayOptions) -> dict[str, Forecast]:
    """Return forecasts for the truces whose term ends after the record, by name."""
    forecasts = {}
    for name in options.truces:
        agreement = truce(name, world)
        if agreement.window_end > record_ends(world) and agreement.clock_days:
            with Bar(f"looking ahead from {name}"):
                forecasts[name] = forecast(name, scenario=world)
    return forecasts


def _write(tables: dict[str, Table], figures: dict[str, Axes], folder: Path) -> None:
    write_tables(tables, folder)
    for name, drawn in figures.items():
        write_figure(drawn, folder, name, PICTURES)
