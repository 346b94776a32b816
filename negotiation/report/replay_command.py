"""What the command `replay` does: replay truces, print what the game says, write tables and figures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from negotiation.labelled import Table
from negotiation.report.files import usable_folder, write_figure, write_tables
from negotiation.report.forecast_command import by_move
from negotiation.report.prediction_figures import chances_figure
from negotiation.report.tables import rich_table
from negotiation.report.terminal import Bar
from negotiation.truces import bargain_sets, truce
from negotiation.truces import replay as replay_truce
from negotiation.truces.claims.table import claims_table
from negotiation.truces.prediction.ablation import ablation, best_of
from negotiation.truces.prediction.forecast import forecast
from negotiation.truces.record.timeline import RECORD_ENDS
from negotiation.truces.studies.leverage import leverage
from negotiation.truces.studies.linkage import linkage_gains
from negotiation.truces.verdicts.authority import authority_loss
from negotiation.truces.verdicts.moving_states import truce_in_states
from negotiation.world import load_scenario

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from rich.console import Console

    from negotiation.truces import Replay
    from negotiation.truces.prediction.ablation import Ablation
    from negotiation.truces.prediction.forecast_rows import Forecast
    from negotiation.world import Scenario

QUICK_PATHS, QUICK_DRAWS = 4, 2
FULL_PATHS, FULL_DRAWS = 40, 16
"""Plays forward and parameter draws of a forecast, in the quick replay and in the full one."""

QUICK_CLAIM_DRAWS, FULL_CLAIM_DRAWS = 64, 4096
"""Parameter draws of the claims, in the quick replay and in the full one."""

ABLATION_DRAWS = 64
"""Parameter draws of the ablation in the full replay."""


@dataclass(frozen=True)
class ReplayOptions:
    """Options of the command `replay`, as typed."""

    truces: tuple[str, ...]
    scenario: str = "us-china-2025"
    out: Path = Path("results")
    draws: int = 256
    seed: int = 0
    predict: bool = True
    full: bool = False


def run_replay(console: Console, options: ReplayOptions) -> None:
    """Replay the truces one by one, then what they have in common; write everything under `out`."""
    for name in options.truces:
        truce(name)
    world = load_scenario(options.scenario)
    usable_folder(options.out)
    verdicts: list[Table] = []
    for name in options.truces:
        with Bar(f"replaying {name}") as report:
            result = replay_truce(name, world, draws=options.draws, rng=options.seed, progress=report)
        _show(console, result)
        _write(console, result, options.out / result.agreement.id)
        verdicts.append(result.verdicts.table())
    _bargain(console, world, options.out / "payoff_sets")
    _dynamics(console, world, options.out / "leverage", options.truces, options.draws, options.seed)
    if options.full:
        _states(console, world, options.out / "states")
    if options.predict:
        _predictions(console, world, options)
        _claims(console, world, options)
    console.rule("Verdicts by leg")
    rows = tuple(row for table in verdicts for row in table.rows)
    console.print(rich_table(Table(f"shares over {options.draws} draws", verdicts[0].columns, rows)))


def _show(console: Console, result: Replay) -> None:
    moves = result.moves.table()
    shown = ["id", "announced", "country", "instrument", "from", "to", "legal", "mover's change, % GDP"]
    shown += ["static best level", "note"]
    console.rule(f"{result.agreement.title}, signed {result.agreement.signed}")
    console.print(result.agreement.summary, "\n")
    console.print(rich_table(moves, shown))
    console.print(rich_table(result.check().table(), INCENTIVE_COLUMNS))
    console.print(rich_table(result.coverage_table()))
    console.print(rich_table(result.verdicts.table(), list(result.verdicts.table().columns[1:])))
    for verdict in result.verdicts:
        where = "" if verdict.agree else "  (game and record disagree)"
        console.print(f"{verdict.leg} leg: the game says it {verdict.model}; {verdict.record}{where}")
    if result.noise is not None:
        _show_noise(console, result)
    console.print()


def _show_noise(console: Console, result: Replay) -> None:
    tables = result.noise.tables(result.verdicts) if result.noise is not None else {}
    legs = tables.pop("noise")
    console.print(rich_table(legs, [c for c in legs.columns if c not in ("covered", "the record says")]))
    for table in tables.values():
        console.print(rich_table(table))


INCENTIVE_COLUMNS = [
    "player",
    "instrument",
    "covered",
    "prescribed",
    "best departure",
    "margin, % GDP",
    "critical discount factor",
    "longest reaction lag, days",
]


def _write(console: Console, result: Replay, folder: Path) -> None:
    files = write_tables(result.tables(), folder) + write_figure(result.plot(), folder, "levels")
    # With one leg covered every linkage comes to the same, and the curves coincide.
    if result.noise is not None and len(result.noise.lifetime.legs) > 1:
        files += write_figure(result.noise.lifetime.plot(), folder, "survival")
    console.print(f"{len(files)} files in {folder}\n", highlight=False)


def _bargain(console: Console, world: Scenario, folder: Path) -> None:
    with Bar("payoff sets of the core game"):
        sets = bargain_sets(world)
    console.rule("What patience can sustain")
    console.print(rich_table(sets.table()))
    files = write_tables({"payoff_sets": sets.table()}, folder) + write_figure(sets.plot(), folder, "sets")
    console.print(f"{len(files)} files in {folder}\n", highlight=False)


def _dynamics(
    console: Console, world: Scenario, folder: Path, names: tuple[str, ...], draws: int, seed: int
) -> None:
    with Bar("leverage over time") as report:
        found = leverage(world, draws=max(draws, 1), rng=seed, progress=report)
        lost = authority_loss(world, names)
    console.rule("How leverage rises and wears")
    console.print(rich_table(found.table(), LEVERAGE_COLUMNS))
    console.print(rich_table(found.months_table()))
    console.print(rich_table(lost.table()))
    tables = {
        "leverage": found.table(),
        "months_of_curb": found.months_table(),
        "state": found.trajectory.table(),
        "authority": lost.table(),
    }
    files = write_tables(tables, folder) + write_figure(found.plot(), folder, "leverage")
    console.print(f"{len(files)} files in {folder}\n", highlight=False)


LEVERAGE_COLUMNS = [
    "day",
    "leverage, % GDP",
    "lasting leverage, % GDP",
    "control's gain, % GDP",
    "share of draws with lasting leverage above gain",
    "critical discount factor",
    "binding",
]


def _states(console: Console, world: Scenario, folder: Path) -> None:
    with Bar("the truce over moving states"):
        found = truce_in_states(world)
    console.rule("A truce over moving states")
    console.print(rich_table(found.table()))
    console.print(found.verdict.explain())
    _write_all(console, {"truce_in_states": found.table()}, {}, folder)


def _predictions(console: Console, world: Scenario, options: ReplayOptions) -> None:
    draws = ABLATION_DRAWS if options.full else 0
    with Bar("scoring mechanisms week by week") as report:
        found = ablation(world, shapley=options.full, draws=draws, rng=options.seed, progress=report)
    console.rule("Which mechanism foresaw the moves")
    _show_ablation(console, found)
    tables, figures = (
        {"mechanisms": found.table(), "scores": found.scores.table()},
        {"mechanisms": found.plot()},
    )
    figures["chances"] = chances_figure(found.scores, found.best_alone)
    forecasts = _forecasts(world, options, best_of(found.scores))
    for name, each in forecasts.items():
        console.rule(f"What is to come after {name}, as of {each.as_of}")
        console.print(rich_table(by_move(each)))
        tables[f"forecast_{name}"] = each.table()
        figures[f"forecast_{name}"] = each.plot()
    _write_all(console, tables, figures, options.out / "predictions")


def _claims(console: Console, world: Scenario, options: ReplayOptions) -> None:
    draws = FULL_CLAIM_DRAWS if options.full else QUICK_CLAIM_DRAWS
    with Bar(f"claims over {draws} parameter draws"):
        found = claims_table(world, draws=draws, rng=options.seed)
    console.rule("Claims, and the share of draws in which each holds")
    shown = [
        "question",
        "claim",
        "at the central values",
        "share of draws",
        "low",
        "high",
        "draws",
        "fails by",
    ]
    console.print(rich_table(found.table(), shown))
    tables, figures = {"claims": found.table()}, {"claims": found.plot()}
    if options.full:
        gains = linkage_gains(world)
        console.print(rich_table(gains.table()))
        tables["linkage"] = gains.table()
        figures["linkage"] = gains.plot()
    _write_all(console, tables, figures, options.out / "claims")


def _show_ablation(console: Console, found: Ablation) -> None:
    console.print(rich_table(found.table()))
    scores = found.scores
    best = min(
        (name for name in scores.names if name in ("hold", "hazard", "markov", "mirror")), key=scores.mean
    )
    shown = [*("hold", "hazard", "markov", "mirror", "plain", "all"), found.best_alone]
    rows = [row for row in scores.table().rows if row[0] in shown and row[1] == "all"]
    console.print(
        rich_table(Table("scores of all cells, smaller is better", scores.table().columns, tuple(rows)))
    )
    gain, low, high = scores.difference(found.best_alone, best)
    console.print(
        f"best mechanism alone: {found.best_alone}; against the best baseline, {best}, it gains {gain:.4f} "
        f"nats a cell (90 percent over truce spells: {low:.4f} to {high:.4f})"
    )


def _forecasts(world: Scenario, options: ReplayOptions, on: tuple[str, ...]) -> dict[str, Forecast]:
    """Return the forecasts of the truces whose term the record does not see to its end."""
    paths, draws = (FULL_PATHS, FULL_DRAWS) if options.full else (QUICK_PATHS, QUICK_DRAWS)
    found = {}
    for name in options.truces:
        agreement = truce(name)
        if agreement.window_end > RECORD_ENDS and agreement.clock_days:
            with Bar(f"playing {name} forward") as report:
                found[name] = forecast(
                    name, scenario=world, on=on, paths=paths, draws=draws, rng=options.seed, progress=report
                )
    return found


def _write_all(console: Console, tables: dict[str, Table], figures: dict[str, Figure], folder: Path) -> None:
    files = list(write_tables(tables, folder))
    for name, figure in figures.items():
        files += write_figure(figure, folder, name)
    console.print(f"{len(files)} files in {folder}\n", highlight=False)
