"""The command and its subcommands. What a subcommand needs is loaded when it runs."""

from __future__ import annotations

import os
import sys
import warnings
from errno import ENOSPC
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from negotiation._version import __version__
from negotiation.errors import NegotiationError, printable

if TYPE_CHECKING:
    from negotiation.games import StageGame

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
NOT_DONE = 1

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
    predict: Annotated[
        bool, typer.Option("--predict/--no-predict", help="Whether to score mechanisms and look ahead.")
    ] = True,
    full: Annotated[
        bool, typer.Option("--full", help="Also what takes minutes: every subset of mechanisms, all draws.")
    ] = False,
) -> None:
    """Replay truces of the record through the solved game; write tables (CSV, Parquet) and figures."""
    from negotiation.report.replay_command import ReplayOptions, run_replay
    from negotiation.report.terminal import terminal

    names = tuple(truces or MAIN_TRUCES)
    run_replay(terminal(), ReplayOptions(names, scenario, out, draws, seed, predict, full))


@app.command()
def forecast(
    truce: Annotated[str, typer.Argument(metavar="TRUCE", help="The agreement in force.")] = "2025-10-busan",
    as_of: Annotated[
        str, typer.Option("--as-of", help="Last day that is seen, as 2025-11-30.")
    ] = "2025-11-30",
    months: Annotated[int, typer.Option("--months", min=1, max=120, help="Whole months after it.")] = 12,
    scenario: ScenarioOption = "us-china-2025",
    paths: Annotated[int, typer.Option("--paths", min=1, help="Plays forward, at each draw.")] = 40,
    draws: Annotated[int, typer.Option("--draws", min=0, help="Parameter draws behind the band.")] = 16,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed.")] = 0,
    freeze: Annotated[
        Path | None,
        typer.Option("--freeze", help="Folder to keep the forecast in, never over another."),
    ] = None,
) -> None:
    """Give the chance of each next move, month by month, from what was public on a day."""
    from negotiation.report.forecast_command import ForecastOptions, run_forecast
    from negotiation.report.terminal import terminal

    run_forecast(terminal(), ForecastOptions(truce, as_of, months, scenario, paths, draws, seed, freeze))


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
    from negotiation.report.terminal import Bar, terminal
    from negotiation.solvers.nash.solve import solve as solve_game

    console = terminal()
    stage = _game(game, scenario, size)
    with Bar("solving"):
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
    from negotiation.report.terminal import terminal

    options = RunOptions(
        workers, executor, scheduler, limit, batch, resume, retry_failed, wait, out, experiments
    )
    try:
        sweep = run_experiment(terminal(), slug, options)
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    if sweep.status == "failed" or (sweep.missing and limit is None):
        raise SystemExit(NOT_DONE)


@app.command()
def results(
    slug: Annotated[str, typer.Argument(help="Name of an experiment.")],
    out: Annotated[Path, typer.Option("--out", help="Folder of stores.")] = Path("results"),
) -> None:
    """Show what is stored of an experiment, also while a run is writing."""
    from negotiation.report.sweep_command import show_results
    from negotiation.report.terminal import terminal

    show_results(terminal(), slug, out)


@app.command()
def doctor() -> None:
    """Show versions, threads, and which optional parts are installed."""
    from negotiation.report.doctor import doctor_table
    from negotiation.report.tables import rich_table
    from negotiation.report.terminal import terminal

    terminal().print(rich_table(doctor_table()))


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="Show the version and leave.")] = False,
) -> None:
    if version:
        typer.echo(__version__)
        raise typer.Exit


def _as_sentence(message: Warning | str, category: type[Warning], *where: object, **line: object) -> str:
    """Return a warning as a sentence, without the line of code that it came from."""
    del where, line
    return printable(f"{category.__name__}: {message}") + "\n"


def main() -> None:
    """Run the command; bad input ends with one sentence on standard error and exit status 2."""
    warnings.formatwarning = _as_sentence
    try:
        app()
        if sys.stdout is not None:
            sys.stdout.flush()
    except NegotiationError as error:
        typer.echo(f"{type(error).__name__}: {error}", err=True)
        raise SystemExit(BAD_INPUT) from None
    except OSError as error:
        if error.errno != ENOSPC:
            raise
        # Or Python would try once more as it leaves, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        typer.echo("CannotWrite: what is printed cannot be written: no space left", err=True)
        raise SystemExit(BAD_INPUT) from None


if __name__ == "__main__":
    main()
