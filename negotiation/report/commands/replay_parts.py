"""The parts of the command `replay`: each computes, writes its tables and figures, and says what to show."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from negotiation.labelled import Table
from negotiation.report.commands.forecast import by_move
from negotiation.report.commands.output import Bar
from negotiation.report.commands.sections import Part, Section
from negotiation.report.figures.truces.predictions import chances_figure
from negotiation.report.files import write_figure, write_tables
from negotiation.truces import bargain_sets, truce
from negotiation.truces import replay as replay_truce
from negotiation.truces.claims.table import claims_table
from negotiation.truces.prediction.ablation import ablation, best_of
from negotiation.truces.prediction.baselines import BASELINES
from negotiation.truces.prediction.forecast import forecast
from negotiation.truces.record.timeline import record_ends
from negotiation.truces.replay.first_named import first_named
from negotiation.truces.replay.reasons import reasons
from negotiation.truces.studies.leverage import leverage
from negotiation.truces.studies.linkage import linkage_gains
from negotiation.truces.verdicts.authority import authority_loss
from negotiation.truces.verdicts.moving_states import truce_in_states

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from negotiation.report.commands.replay_options import ReplayOptions
    from negotiation.truces import Replay
    from negotiation.truces.prediction.ablation import Ablation
    from negotiation.truces.prediction.forecast_rows import Forecast
    from negotiation.world import Scenario

QUICK_PATHS, QUICK_DRAWS = 4, 2
FULL_PATHS, FULL_DRAWS = 40, 16
"""Plays forward and parameter draws of a forecast, in a quick look and in the full replay."""

QUICK_CLAIM_DRAWS, FULL_CLAIM_DRAWS = 64, 4096
"""Parameter draws of the claims, in a quick look and in the full replay."""

ABLATION_DRAWS = 64
"""Parameter draws of the ablation in the full replay."""

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
CLAIMS = (
    "question", "claim", "at the central values", "share of draws", "low", "high", "draws", "fails by",
)  # fmt: skip


def replayed(world: Scenario, options: ReplayOptions, name: str, folder: Path) -> Part:
    """Replay one truce."""
    with Bar(f"replaying {name}") as report:
        result = replay_truce(name, world, draws=options.draws, rng=options.seed, progress=report)
    write_tables(result.tables(), folder)
    write_figure(result.plot(), folder, "levels")
    # With one leg covered every linkage comes to the same, and the curves coincide.
    if result.noise is not None and len(result.noise.lifetime.legs) > 1:
        write_figure(result.noise.lifetime.plot(), folder, "survival")
    return Part(_details(result), result.legs.table(), reasons(result), result.verdicts.by_theory())


def _details(result: Replay) -> tuple[Section, ...]:
    verdicts = result.legs.table()
    title = f"{result.agreement.title}, signed {result.agreement.signed}"
    tables = (
        result.moves.table().only(MOVES),
        result.check().table().only(INCENTIVES),
        result.coverage_table(),
        verdicts.only(verdicts.columns[1:]),
        result.legs.margins_table(),
    )
    sections = [Section(title, tables, (result.agreement.summary,))]
    if result.noise is not None:
        found = result.noise.tables(result.legs)
        legs = found.pop("noise")
        legs = legs.only([c for c in legs.columns if c not in ("covered", "the record says")])
        sections.append(Section(f"{result.agreement.title}, under noise", (legs, *found.values())))
    return tuple(sections)


def bargained(world: Scenario, folder: Path) -> Part:
    """Compute what patience can sustain in the core game, with and without curb and controls."""
    with Bar("payoff sets of the core game"):
        sets = bargain_sets(world)
    _write({"payoff_sets": sets.table()}, {"sets": sets.plot()}, folder)
    return Part([Section("What patience can sustain", (sets.table(),))])


def levered(world: Scenario, options: ReplayOptions, folder: Path) -> Part:
    """Compute how leverage rises and wears, and what a loss of authority would do."""
    with Bar("leverage over time") as report:
        found = leverage(world, draws=max(options.draws, 1), rng=options.seed, progress=report)
        losable = world.definition.state.authority is not None
        lost = {"authority": authority_loss(world, options.truces).table()} if losable else {}
    tables = {
        "leverage": found.table(),
        "months_of_curb": found.months_table(),
        "state": found.trajectory.table(),
        **lost,
    }
    _write(tables, {"leverage": found.plot()}, folder)
    shown = (found.table().only(LEVERAGE), found.months_table(), *lost.values())
    return Part([Section("How leverage rises and wears", shown)])


def over_states(world: Scenario, folder: Path) -> Part:
    """Judge the truce over moving states."""
    with Bar("the truce over moving states"):
        found = truce_in_states(world)
    _write({"truce_in_states": found.table()}, {}, folder)
    return Part([Section("A truce over moving states", (found.table(),), (found.verdict.explain(),))])


def predicted(world: Scenario, options: ReplayOptions, folder: Path) -> Part:
    """Score the mechanisms week by week, and look ahead with the best."""
    draws = ABLATION_DRAWS if options.full else 0
    with Bar("scoring mechanisms week by week") as report:
        found = ablation(world, shapley=options.full, draws=draws, rng=options.seed, progress=report)
    first = first_named(world).table()
    tables = {"mechanisms": found.table(), "scores": found.scores.table(), "first_named": first}
    figures = {"mechanisms": found.plot(), "chances": chances_figure(found.scores, found.best_alone)}
    sections = [_ablation(found), Section("What was named first before each first break", (first,))]
    for name, each in _forecasts(world, options, best_of(found.scores)).items():
        sections.append(Section(f"What is to come after {name}, as of {each.as_of}", (by_move(each),)))
        tables[f"forecast_{name}"] = each.table()
        figures[f"forecast_{name}"] = each.plot()
    _write(tables, figures, folder)
    return Part(sections)


def claimed(world: Scenario, options: ReplayOptions, folder: Path) -> Part:
    """Try the claims in parameter draws."""
    draws = FULL_CLAIM_DRAWS if options.full else QUICK_CLAIM_DRAWS
    with Bar(f"claims over {draws} parameter draws"):
        found = claims_table(world, draws=draws, rng=options.seed)
    tables, figures = {"claims": found.table()}, {"claims": found.plot()}
    shown = [found.table().only(CLAIMS)]
    if options.full:
        gains = linkage_gains(world)
        shown.append(gains.table())
        tables["linkage"], figures["linkage"] = gains.table(), gains.plot()
    _write(tables, figures, folder)
    return Part([Section("Claims, and the share of draws in which each holds", tuple(shown))])


def _ablation(found: Ablation) -> Section:
    scores, baselines = found.scores, [one.name for one in BASELINES]
    best = min(baselines, key=scores.mean)
    shown = [*baselines, "plain", "all", found.best_alone]
    rows = [row for row in scores.table().rows if row[0] in shown and row[1] == "all"]
    gain, low, high = scores.difference(found.best_alone, best)
    band = f"90 percent over truce spells: {low:.4f} to {high:.4f}"
    return Section(
        "Which mechanism foresaw the moves",
        (
            found.table(),
            Table("scores of all cells, smaller is better", scores.table().columns, tuple(rows)),
        ),
        (
            f"best mechanism alone: {found.best_alone}",
            f"against the best baseline, {best}, it gains {gain:.4f} nats a cell ({band})",
        ),
    )


def _forecasts(world: Scenario, options: ReplayOptions, on: tuple[str, ...]) -> dict[str, Forecast]:
    """Return the forecasts of the truces whose term the record does not see to its end."""
    paths, draws = (FULL_PATHS, FULL_DRAWS) if options.full else (QUICK_PATHS, QUICK_DRAWS)
    found = {}
    for name in options.truces:
        agreement = truce(name, world)
        if agreement.window_end > record_ends(world) and agreement.clock_days:
            with Bar(f"playing {name} forward") as report:
                found[name] = forecast(
                    name, scenario=world, on=on, paths=paths, draws=draws, rng=options.seed, progress=report
                )
    return found


def _write(tables: dict[str, Table], figures: dict[str, Axes], folder: Path) -> None:
    write_tables(tables, folder)
    for name, drawn in figures.items():
        write_figure(drawn, folder, name)
