"""The command `negotiation` and its subcommands.

This module declares arguments and options only. Each subcommand calls a function of
`negotiation.report.commands`, which it imports when it runs, so that `--help` stays quick. Options that
several subcommands share are declared in `negotiation.report.commands.typed`. The names of commands and
options and the exit statuses are public; the functions here are not.

Exit statuses: 0 done; 1 something was computed, and failed or is incomplete; 2 bad input, explained in one
sentence on standard error; 130 interrupted.
"""

from __future__ import annotations

import gc
import os
import sys
import warnings
from collections.abc import Callable
from errno import ENOSPC
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Argument, Option

from negotiation._version import __version__
from negotiation.errors import NegotiationError, printable
from negotiation.report.commands.ask import ask
from negotiation.report.commands.design import design
from negotiation.report.commands.games import certify, solve, verify
from negotiation.report.commands.panel import panel_app
from negotiation.report.commands.side_by_side import compare, data
from negotiation.report.commands.typed import (
    AsOfOption,
    DisputeOption,
    DrawsOption,
    ExperimentsOption,
    JsonOption,
    OutOption,
    QuietOption,
    SeedOption,
    SetOption,
    VerboseOption,
    agreement_named,
    agreements_begun,
    dispute,
    experiment,
    experiments_begun,
    kinds_begun,
    scenarios_begun,
    truces_named,
)

if TYPE_CHECKING:
    from negotiation.report.commands.output import Output

app = typer.Typer(
    name="negotiation",
    help="Economic statecraft as games that are solved, certified and compared with the record.",
    epilog="Exit statuses: 0 done, 1 computed but failed or incomplete, 2 bad input, 130 interrupted.",
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"max_content_width": 80},
)

app.add_typer(panel_app, name="panel", short_help="Truces and what became of them: check, predict, score.")

TODAY = Path(__file__).parent / "asking" / "data" / "today.txt"
GO_ON = (
    'Go on with: negotiation ask "USA tariff 60"; negotiation verdict 2026-09-washington; '
    "negotiation forecast.\nAll commands: negotiation --help"
)

MAIN_SCENARIO = "us-china-2025"
BAD_INPUT = 2
NOT_DONE = 1


def _command(short: str, example: str, **more: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return the decorator of a subcommand, with a one-line description and an example."""
    return app.command(short_help=short, epilog=f"Example: negotiation {example}", **more)  # type: ignore[arg-type]


@_command("Replay truces through the solved game: verdict by leg, and why.", "replay busan")
def replay(
    truces: Annotated[
        list[str] | None,
        Argument(
            metavar="TRUCE",
            help="Truces (or the beginning of a name); Geneva and Busan by default.",
            autocompletion=agreements_begun,
        ),
    ] = None,
    scenario: DisputeOption = None,
    out: OutOption = Path("results"),
    draws: DrawsOption = 256,
    seed: SeedOption = 0,
    predict: Annotated[bool, Option("--predict", help="Also scores, a look ahead, claims.")] = False,
    full: Annotated[bool, Option("--full", help="Also over all draws; takes minutes.")] = False,
    verbose: VerboseOption = False,
    fresh: Annotated[bool, Option("--fresh", help="Compute cached parts again.")] = False,
    as_of: AsOfOption = None,
    settings: SetOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Replay truces of the record through the solved game: verdict by leg, why, tables and figures."""
    from negotiation.report.commands.replay import run_replay
    from negotiation.report.commands.sections import ReplayOptions

    scenario = dispute(scenario)
    names = truces_named(truces, scenario)
    known = as_of, tuple(settings or ())
    options = ReplayOptions(names, scenario, out, draws, seed, predict, full, verbose, fresh, *known)
    run_replay(_output(as_json, quiet), options)


@_command("Say whether each leg of an agreement holds, and by how much.", "verdict busan --draws 64")
def verdict(
    agreement: Annotated[
        str,
        Argument(metavar="AGREEMENT", help="Its file (.toml), or its name.", autocompletion=agreements_begun),
    ],
    scenario: DisputeOption = None,
    draws: DrawsOption = 256,
    seed: SeedOption = 0,
    remedy: Annotated[
        str, Option("--remedy", help="Answer to a breach: for ever, for the term, as written.")
    ] = "for ever",
    noise: Annotated[bool, Option("--noise", help="With slips and misreading.")] = False,
    counted: Annotated[
        str, Option("--counted", help="Draws in which keeping is not rational: left out, as broken.")
    ] = "left out",
    turns: Annotated[bool, Option("--turns", help="Also values at which verdicts change.")] = False,
    anatomy: Annotated[bool, Option("--anatomy", help="Also effects of clauses, payments.")] = False,
    revealed: Annotated[bool, Option("--revealed", help="Also where earlier choices pay.")] = False,
    as_of: AsOfOption = None,
    settings: SetOption = None,
    verbose: VerboseOption = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Say whether each leg of an agreement holds: without noise, with it, under each theory."""
    from negotiation.report.commands.verdict import VerdictOptions, run_verdict

    scenario = dispute(scenario)
    name = agreement_named(agreement, scenario)
    options = VerdictOptions(
        draws, seed, remedy, noise, counted, turns, anatomy, revealed, verbose, as_of, tuple(settings or ())
    )
    run_verdict(_output(as_json, quiet), name, scenario, options)


_command("Say what a move costs whom, what answers it, and which legs fall.", 'ask "USA tariff 60"')(ask)


_command("Set two texts side by side, with their verdicts.", "compare busan my-draft.toml")(compare)
_command("Write what a dispute holds as CSV, with a dictionary.", "data us-china-2025 --out data")(data)


_command(
    "Say which text would hold on a day, and what it is worth.",
    "design us-china-2025 --on 2025-10-30",
)(design)


@_command("Give the chance of each next move by month.", "forecast --country CHN --instrument tariff")
def forecast(
    truce: Annotated[
        str | None,
        Argument(metavar="TRUCE", help="The text in force by default.", autocompletion=agreements_begun),
    ] = None,
    as_of: Annotated[
        str | None, Option(help="Last known day, such as 2025-11-30; the record's last by default.")
    ] = None,
    months: Annotated[int, Option(min=1, max=120, help="Number of whole months ahead.")] = 12,
    scenario: DisputeOption = None,
    by: Annotated[
        str | None,
        Option(help="A rule, pool, all (theories), or NAME,...; by default the one that scores best."),
    ] = None,
    by_day: Annotated[
        str | None, Option("--by-day", help="Print one chance for each series, by this day, in words.")
    ] = None,
    show: Annotated[Path | None, Option(help="Show this frozen forecast.")] = None,
    posterior: Annotated[Path | None, Option(help="Parameter draws of theories.")] = None,
    instrument: Annotated[str | None, Option(help="Only this instrument, such as tariff.")] = None,
    country: Annotated[str | None, Option(help="Only this country, such as CHN.")] = None,
    freeze: Annotated[Path | None, Option(help="Folder to store a copy in.")] = None,
    questions: Annotated[Path | None, Option(help="Write the questions, without chances.")] = None,
    verbose: VerboseOption = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Give the chance of each next move by month, from what was public on a day."""
    from negotiation.lab.executors import ONE_THREAD

    # The matrices are small, so that threads only wait for each other. NumPy reads this when it is loaded.
    os.environ.update({name: os.environ.get(name, "1") for name in ONE_THREAD})
    from negotiation.report.commands import forecast as command

    scenario = dispute(scenario)
    named = None if truce is None else agreement_named(truce, scenario)
    options = command.ForecastOptions(
        named, as_of, months, scenario, freeze, by, posterior, instrument, country, questions, by_day, show,
        verbose,
    )  # fmt: skip
    command.run_forecast(_output(as_json, quiet), options)


@_command(
    "Score a forecast on questions whose outcomes are known.", "score chances.csv --questions 2026-second"
)
def score(
    file: Annotated[
        Path | None,
        Argument(metavar="FILE", help="A frozen forecast, forecast set, or table; with --board, a folder."),
    ] = None,
    board: Annotated[bool, Option("--board", help="All frozen forecasts, and what is resolved.")] = False,
    questions: Annotated[
        str | None, Option(help="A set, a table (.csv), or record; default: all sets.")
    ] = None,
    scenario: DisputeOption = None,
    verbose: VerboseOption = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Score a forecast and baselines: log and Brier scores, AUC, expected moves, gains with intervals.

    FILE is a frozen forecast, a table with the columns question and probability, or a forecast set in the
    format of ForecastBench. Questions are a set of the dispute, such as 2026-second, a table of questions
    with their outcomes, or `record` for the dispute's own record.
    """
    from negotiation.report.commands.score import run_board, run_score

    if board:
        run_board(_output(as_json, quiet), file)
    else:
        run_score(_output(as_json, quiet), file, questions, dispute(scenario), verbose=verbose)


@_command(
    "Estimate a theory's parameters from the record.",
    "estimate --theory moment --particles 16 --islands 2",
)
def estimate(
    scenario: Annotated[
        str, Argument(metavar="SCENARIO", help="A dispute, or its folder.", autocompletion=scenarios_begun)
    ] = MAIN_SCENARIO,
    theory: Annotated[str, Option(help="A theory in continuous time.")] = "each for itself",
    until: Annotated[
        str | None, Option(help="First day after the data; by default the day after the record.")
    ] = None,
    since: Annotated[str | None, Option(help="Skip agreements signed before this day.")] = None,
    size: Annotated[str | None, Option(help="Size of the games; core by default.")] = None,
    instruments: Annotated[
        list[str] | None, Option(help="Names of instruments, in place of a size; repeat the option.")
    ] = None,
    parameters: Annotated[list[str] | None, Option(help="Names to estimate; all by default.")] = None,
    particles: Annotated[int, Option(min=1, help="A multiple of 8 per island.")] = 256,
    islands: Annotated[int, Option(min=1, help="Independent samplers.")] = 4,
    seed: SeedOption = 0,
    workers: Annotated[int, Option(min=1, help="Processes that solve games.")] = 1,
    kept: Annotated[
        Path | None, Option(help="File (.npz) to continue from, and to save particles in.")
    ] = None,
    priors: Annotated[Path | None, Option(help="Priors (.toml) in place of the ranges.")] = None,
    learned: Annotated[Path | None, Option(help="File to write for a later --priors.")] = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Estimate a theory from the moves under agreements: its evidence, parameters and scores."""
    from negotiation.report.commands.estimate import EstimateOptions, run_estimate

    options = EstimateOptions(
        dispute(scenario), theory, until, since, size, tuple(instruments or ()),
        tuple(parameters or ()), particles, islands, seed, workers, kept, priors, learned,
    )  # fmt: skip
    run_estimate(_output(as_json, quiet), options)


_command("Find the Nash equilibria of a game and verify each of them.", "solve game.nfg")(solve)
_command("Check profiles from any source: exact margin, best deviation.", "verify game.nfg profile.csv")(
    verify
)
_command("Write certificates that anybody can check.", "certify game.nfg")(certify)


@_command("Play a side of a truce, or run the bench of agents.", "play busan --as CHN")
def play(
    agreement: Annotated[
        str | None, Argument(metavar="AGREEMENT", help="Name of a truce.", autocompletion=agreements_begun)
    ] = None,
    side: Annotated[str | None, Option("--as", help="Side to play; the first country by default.")] = None,
    theory: Annotated[str | None, Option(help="Theory of the other side; the text by default.")] = None,
    rounds: Annotated[int, Option(min=1, help="Number of rounds.")] = 12,
    seed: SeedOption = 0,
    again: Annotated[Path | None, Option("--again", help="Show a saved play again.")] = None,
    run_bench: Annotated[bool, Option("--bench", help="Run the bench; takes minutes.")] = False,
    out: OutOption = Path("results/play"),
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Play a side of a truce against a certified strategy, and see what you gave away."""
    from negotiation.report.playing import run_bench_of_agents, run_play

    if run_bench:
        run_bench_of_agents(_output(as_json, quiet), out)
        return
    name = None if agreement is None else agreement_named(agreement)
    run_play(_output(as_json, quiet), name, side, theory, rounds, seed, again, out)


@_command("Run an experiment, or the missing part of it.", "run claims --workers 2")
def run(
    slug: Annotated[
        str,
        Argument(
            metavar="EXPERIMENT",
            help="Its name, or the path of its file (.py).",
            autocompletion=experiments_begun,
        ),
    ],
    workers: Annotated[int, Option(min=1, help="Processes; 1 uses no pool.")] = 1,
    executor: Annotated[str, Option(help="local or dask.")] = "local",
    scheduler: Annotated[
        str | None, Option(help="Address of a dask scheduler; a local cluster if not given.")
    ] = None,
    limit: Annotated[int | None, Option(min=1, help="Compute at most this many cells.")] = None,
    batch: Annotated[int | None, Option(min=1, help="Cells in a batch.")] = None,
    resume: Annotated[bool, Option("--resume", help="Resume; fail if nothing is stored.")] = False,
    retry_failed: Annotated[bool, Option("--retry-failed", help="Try failed cells again.")] = False,
    wait: Annotated[float, Option(min=0, help="Seconds to wait for another run.")] = 0.0,
    out: OutOption = Path("results"),
    experiments: ExperimentsOption = Path("experiments"),
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Run an experiment, or the missing part of it; write its table (CSV, Parquet) and figure."""
    from negotiation.report.commands.sweep import RunOptions, run_experiment

    options = RunOptions(
        workers, executor, scheduler, limit, batch, resume, retry_failed, wait, out, experiments
    )
    sweep = run_experiment(_output(as_json, quiet), experiment(slug, experiments), options)
    # A run with a limit is done when it reaches the limit, whatever is missing.
    if sweep.status == "failed" or (sweep.missing and limit is None):
        raise SystemExit(NOT_DONE)


@_command("Show the stored results of an experiment, also while it runs.", "results claims")
def results(
    slug: Annotated[str, Argument(metavar="EXPERIMENT", help="Its name.", autocompletion=experiments_begun)],
    out: Annotated[Path, Option(help="Folder of stores.")] = Path("results"),
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Show the stored results of an experiment, also while a run is writing."""
    from negotiation.report.commands.sweep import show_results

    show_results(_output(as_json, quiet), slug, out)


@_command("List the names that other commands accept.", "list theories", name="list")
def list_(
    kind: Annotated[
        str | None,
        Argument(
            metavar="KIND",
            help="scenarios, agreements, instruments, parameters, experiments, claims, theories, methods or "
            "all; how many there are if not given.",
            autocompletion=kinds_begun,
        ),
    ] = None,
    experiments: ExperimentsOption = Path("experiments"),
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Count the names that other commands accept, by kind; list one kind, or all."""
    from negotiation.report.commands.listing import run_list

    run_list(_output(as_json, quiet), kind, experiments)


@_command("Write the folder of a new dispute here.", "new my-dispute-2024 --countries AAA,BBB")
def new(
    name: Annotated[str, Argument(metavar="NAME", help="Name of the dispute and of its folder.")],
    countries: Annotated[
        str, Option(help="Codes of two countries or more, three capitals each.")
    ] = "AAA,BBB",
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Write the folder of a new dispute here: invented countries, to be replaced by your own."""
    from negotiation.report.commands.new import run_new

    run_new(_output(as_json, quiet), name, countries, Path())


@_command("List every fault of a dispute's folder.", "check my-dispute-2024")
def check(
    folder: Annotated[
        str,
        Argument(metavar="FOLDER", help="A dispute's folder, or its name.", autocompletion=scenarios_begun),
    ],
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """List every fault of a dispute's folder, with file and field; status 2 if there is one."""
    from negotiation.base.reading.text import is_folder
    from negotiation.report.commands.check import run_check

    # A path wins over a name: a folder here may be called like a dispute of the package.
    if not run_check(_output(as_json, quiet), Path(folder) if is_folder(folder) else folder):
        raise SystemExit(BAD_INPUT)


@_command("Put an agreement under sliders in a browser.", "explore --print")
def explore(
    agreement: Annotated[
        str | None,
        Argument(
            metavar="[AGREEMENT]",
            help="Its file (.toml), or its name; the text in force if none is named.",
            autocompletion=agreements_begun,
        ),
    ] = None,
    out: Annotated[Path, Option("--out", help="Folder of the page.")] = Path("explorer"),
    browser: Annotated[bool, Option("--browser/--no-browser", help="Whether to open the page.")] = True,
    only_print: Annotated[
        bool, Option("--print", help="Print the answers at the first position of sliders, and exit.")
    ] = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Write a page with the agreement under sliders, which a browser opens from disk, and open it."""
    from negotiation.report.commands import explore as command

    name = command.opened(None if agreement is None else agreement_named(agreement, None))
    output = _output(as_json, quiet)
    if only_print or as_json or quiet:
        command.print_first(output, name)
        return
    command.run_explore(output, name, out, browser=browser)


@_command("Show versions and threads; compile everything now.", "doctor --compile")
def doctor(
    compile_kernels: Annotated[
        bool, Option("--compile", help="Compile all kernels now, for this machine: a minute or so, once.")
    ] = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Show versions, threads, and which optional parts are installed; or compile all kernels."""
    from negotiation.report.commands.doctor import run_doctor

    run_doctor(_output(as_json, quiet), compile_kernels)


@app.callback(invoke_without_command=True)
def _begin(
    context: typer.Context,
    version: Annotated[bool, Option("--version", help="Show the version and exit.")] = False,
) -> None:
    if version:
        typer.echo(__version__)
        raise typer.Exit
    if context.invoked_subcommand is None:
        # A stored text, so that nothing heavy is loaded: what holds, what was seen last, and what comes next.
        typer.echo(TODAY.read_text(encoding="utf-8") + GO_ON)


def _as_sentence(message: Warning | str, category: type[Warning], *where: object, **line: object) -> str:
    """Return a warning as a sentence, without the line of code that issued it."""
    del where, line
    return printable(f"{category.__name__}: {message}") + "\n"


def _output(as_json: bool, quiet: bool) -> Output:
    from negotiation.report.commands.output import Output

    return Output(as_json, quiet)


def main() -> None:
    """Run the command; bad input ends with one sentence on standard error and exit status 2."""
    # Users see a sentence, not the line of code that issued the warning.
    warnings.formatwarning = _as_sentence
    # A command makes many objects and few cycles; collecting less often makes a replay five percent faster.
    gc.set_threshold(50_000, 20, 20)
    try:
        app()
        # A full disk shows at this flush at the latest, while it can still be reported.
        if sys.stdout is not None:
            sys.stdout.flush()
    except NegotiationError as error:
        typer.echo(f"{type(error).__name__}: {error}", err=True)
        raise SystemExit(BAD_INPUT) from None
    except OSError as error:
        # Any other error is a fault of this package, and shows its traceback.
        if error.errno != ENOSPC:
            raise
        # Otherwise Python tries to flush once more when it exits, and complains.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        typer.echo("CannotWrite: the output cannot be written: no space is left on the disk", err=True)
        raise SystemExit(BAD_INPUT) from None
