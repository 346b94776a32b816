"""The command: replay, solve, doctor. What a subcommand needs is loaded when it runs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from negotiation import __version__
from negotiation.errors import NegotiationError

if TYPE_CHECKING:
    from rich.console import Console

    from negotiation.games import StageGame
    from negotiation.truces import Replay
    from negotiation.world import Scenario

app = typer.Typer(
    name="negotiation",
    help="Economic statecraft as games that are solved, certified and set beside the record.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

MAIN_TRUCES = ("2025-05-geneva", "2025-10-busan")
BAD_INPUT = 2
INTERRUPTED = 130

ScenarioOption = Annotated[
    str, typer.Option("--scenario", help="Name of a scenario, or the path of a calibration file (.toml).")
]


@app.command()
def replay(
    truces: Annotated[
        list[str] | None, typer.Argument(metavar="[TRUCE]...", help="Truces; Geneva and Busan by default.")
    ] = None,
    scenario: ScenarioOption = "us-china-2025",
    out: Annotated[Path, typer.Option("--out", help="Folder for tables and figures.")] = Path("results"),
    draws: Annotated[int, typer.Option("--draws", min=0, help="Parameter draws behind the shares.")] = 256,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the draws.")] = 0,
) -> None:
    """Replay truces of the record through the solved game; write tables (CSV, Parquet) and figures."""
    from negotiation.truces import replay as replay_truce
    from negotiation.truces import truce
    from negotiation.world import load_scenario

    names = list(truces or MAIN_TRUCES)
    for name in names:
        truce(name)
    world = load_scenario(scenario)
    console = _console()
    for name in names:
        with _progress(console, f"replaying {name}") as report:
            result = replay_truce(name, world, draws=draws, rng=seed, progress=report)
        _show(console, result)
        _write(console, result, out / name)
    _bargain(console, world, out / "payoff_sets")
    _dynamics(console, world, out / "leverage", tuple(names), draws, seed)


def _show(console: Console, result: Replay) -> None:
    from negotiation.report.tables import rich_table

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
    from negotiation.report.tables import rich_table

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
    from negotiation.report.files import write_figure, write_tables

    files = write_tables(result.tables(), folder) + write_figure(result.plot(), folder, "levels")
    console.print(f"{len(files)} files in {folder}\n", highlight=False)


def _bargain(console: Console, world: Scenario, folder: Path) -> None:
    from negotiation.report.files import write_figure, write_tables
    from negotiation.report.tables import rich_table
    from negotiation.truces import bargain_sets

    with _progress(console, "payoff sets of the core game"):
        sets = bargain_sets(world)
    console.rule("What patience can sustain")
    console.print(rich_table(sets.table()))
    files = write_tables({"payoff_sets": sets.table()}, folder) + write_figure(sets.plot(), folder, "sets")
    console.print(f"{len(files)} files in {folder}\n", highlight=False)


def _dynamics(
    console: Console, world: Scenario, folder: Path, names: tuple[str, ...], draws: int, seed: int
) -> None:
    from negotiation.report.files import write_figure, write_tables
    from negotiation.report.tables import rich_table
    from negotiation.truces.authority import authority_loss
    from negotiation.truces.leverage import leverage

    with _progress(console, "leverage over time") as report:
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


@app.command()
def solve(
    game: Annotated[
        Path | None, typer.Argument(help="A game in Gambit's .nfg format; a posture game if not given.")
    ] = None,
    scenario: ScenarioOption = "us-china-2025",
    size: Annotated[str, typer.Option("--size", help="Posture game: small, core or full.")] = "small",
    method: Annotated[str, typer.Option("--method", help="A solver's name, or auto.")] = "auto",
) -> None:
    """Find the Nash equilibria of a game and verify each of them."""
    from negotiation.report.tables import rich_table
    from negotiation.solvers.solve import solve as solve_game

    console = _console()
    stage = _game(game, scenario, size)
    with _progress(console, "solving"):
        solution = solve_game(stage, method=method)
    console.print(rich_table(solution.table()))
    console.print(f"status: {solution.status} ({solution.reason}); largest regret {solution.max_regret:.2g}")


def _game(path: Path | None, scenario: str, size: str) -> StageGame:
    if path is not None:
        from negotiation.games.formats import read_nfg

        return read_nfg(path)
    from negotiation.world import load_scenario

    return load_scenario(scenario).stage_game(size)  # type: ignore[arg-type]


@app.command()
def run(
    slug: Annotated[str, typer.Argument(help="Name of an experiment, or the path of its file (.py).")],
    workers: Annotated[int, typer.Option("--workers", min=1, help="Processes; 1 uses no pool.")] = 1,
    executor: Annotated[str, typer.Option("--executor", help="local or dask.")] = "local",
    scheduler: Annotated[
        str | None,
        typer.Option("--scheduler", help="Address of a dask scheduler; a local cluster if not given."),
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, help="Compute at most so many cells.")
    ] = None,
    batch: Annotated[int | None, typer.Option("--batch", min=1, help="Cells that a worker takes.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on; refuse if nothing is stored.")] = False,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Try failed cells again.")] = False,
    wait: Annotated[float, typer.Option("--wait", min=0, help="Seconds to wait for another run.")] = 0.0,
    out: Annotated[Path, typer.Option("--out", help="Folder for stores, tables, figures.")] = Path("results"),
    experiments: Annotated[
        Path, typer.Option("--experiments", help="Folder in which experiments are looked for.")
    ] = Path("experiments"),
) -> None:
    """Run an experiment, or what is missing of it; write its table (CSV, Parquet) and figure."""
    from negotiation.report.sweep_command import RunOptions, run_experiment

    options = RunOptions(
        workers, executor, scheduler, limit, batch, resume, retry_failed, wait, out, experiments
    )
    try:
        run_experiment(_console(), slug, options)
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None


@app.command()
def results(
    slug: Annotated[str, typer.Argument(help="Name of an experiment.")],
    out: Annotated[Path, typer.Option("--out", help="Folder of stores.")] = Path("results"),
) -> None:
    """Show what is stored of an experiment, also while a run is writing."""
    from negotiation.report.sweep_command import show_results

    show_results(_console(), slug, out)


@app.command()
def doctor() -> None:
    """Show versions, threads, and which optional parts are installed."""
    from negotiation.report.doctor import doctor_table
    from negotiation.report.tables import rich_table

    _console().print(rich_table(doctor_table()))


def _console() -> Console:
    from rich.console import Console

    # A file or a pipe has no width: do not fold tables there.
    return Console(width=None if sys.stdout.isatty() else 200)


class _progress:  # noqa: N801 - reads as a word where it is used
    """A bar on standard error while something runs; silent where that is not a terminal."""

    def __init__(self, console: Console, what: str) -> None:
        from rich.console import Console as ErrorConsole
        from rich.progress import Progress

        del console
        self._bar = Progress(console=ErrorConsole(stderr=True), transient=True)
        self._task = self._bar.add_task(what, total=None)

    def __enter__(self) -> _progress:
        self._bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.stop()

    def __call__(self, done: int, total: int) -> None:
        self._bar.update(self._task, completed=done, total=total)


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="Show the version and leave.")] = False,
) -> None:
    if version:
        typer.echo(__version__)
        raise typer.Exit


def main() -> None:
    """Run the command; bad input ends with one sentence on standard error and exit status 2."""
    try:
        app()
    except NegotiationError as error:
        typer.echo(f"{type(error).__name__}: {error}", err=True)
        raise SystemExit(BAD_INPUT) from None


if __name__ == "__main__":
    main()
