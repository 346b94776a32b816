"""The commands `run` and `results`: run an experiment and print its results, or print what is stored."""

from __future__ import annotations

import shlex
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from types import FrameType

from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, Task, TimeRemainingColumn
from rich.text import Text

from negotiation.base.labelled import Table
from negotiation.base.reading.text import is_file, is_folder
from negotiation.errors import InvalidExperiment, InvalidFile, InvalidOptions, printable, unknown_message
from negotiation.lab import Sweep, load_experiment, run, store_path
from negotiation.lab.executors import dask_executor
from negotiation.lab.storing.stored import stored
from negotiation.report.commands.declared import ResultsOptions, RunOptions
from negotiation.report.commands.output import Bar, Output
from negotiation.report.commands.typed import NOT_DONE, experiment
from negotiation.report.files import write_figure

# Rows that are printed from either end of a long table: nineteen lines with the gap.
SHOWN = 9

# Tables with more columns are summarised and not printed; the files have them.
MOST_COLUMNS = 10


def run_experiment(output: Output, options: RunOptions) -> int:
    """Run an experiment, print its table, and write its files and figure to `<out>/<slug>/`.

    Return 0, or 1 if no cell succeeded, or if cells are missing although there was no limit.
    """
    name = experiment(options.slug, options.experiments)
    loaded = load_experiment(name, options.experiments)
    folder = options.out / loaded.slug
    path = store_path(loaded, folder)
    # With `--resume` the user expects stored results; a new run would be a surprise.
    if options.resume and not path.exists():
        raise InvalidFile(f"{path}: there is nothing to resume; leave out --resume to begin a run")
    columns = BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn()
    bar = Bar(f"running {loaded.slug}", *columns)
    try:
        with _terminated_as_interrupted(), _executor(options) as executor, bar as report:
            sweep = run(
                loaded,
                workers=options.workers,
                executor=executor,
                store=path,
                batch=options.batch,
                limit=options.limit,
                retry_failed=options.retry_failed,
                wait=options.wait,
                progress=report,
                notice=_notice,
            )
    except KeyboardInterrupt:
        if path.exists():
            output.path(f"stopped; every finished batch is in {path}")
            output.path(f"go on with: {_again('--resume')}")
        else:
            output.say("stopped before anything was stored")
        raise
    show(output, sweep)
    files = sweep.export(folder) + write_figure(sweep.plot(), folder, loaded.slug)
    output.path(f"{len(files)} files in {folder}: {', '.join(path.name for path in files)}")
    output.document(
        {
            "experiment": loaded.slug,
            "status": sweep.status,
            "reason": sweep.reason,
            "computed": sweep.computed,
            "reused": sweep.reused,
            "failed": sweep.failed,
            "missing": sweep.missing,
            "summary": sweep.summary(),
            "failures": sweep.failures() if sweep.failed else [],
            "files": [str(path) for path in files],
        }
    )
    failed = sweep.status == "failed" or (sweep.missing and options.limit is None)
    return NOT_DONE if failed else 0


def _again(option: str) -> str:
    """Return the command as it was typed, with one more option."""
    typed = sys.argv[1:]
    return shlex.join(["negotiation", *typed, *([] if option in typed else [option])])


def _notice(sentence: str) -> None:
    sys.stderr.write(f"{printable(sentence)}; their cells are computed again\n")
    sys.stderr.flush()


@contextmanager
def _terminated_as_interrupted() -> Iterator[None]:
    """Treat a request to terminate (SIGTERM, as from a batch system) like Ctrl-C in the block."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        """Call the handler of Ctrl-C."""
        # It knows how to stop between two batches.
        handler = signal.getsignal(signal.SIGINT)
        if not callable(handler):  # a program in the background may ignore Ctrl-C, but not SIGTERM
            raise KeyboardInterrupt
        handler(number, frame)

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def show(output: Output, sweep: Sweep) -> None:
    """Print a sweep's table (only its ends if it is long), its summary, its failures and its status."""
    if len(sweep.table_columns()) <= MOST_COLUMNS:
        output.table(_ends(sweep.table()))
    output.table(sweep.summary())
    if sweep.failed:
        output.table(_ends(sweep.failures()))
        output.say("try them again with --retry-failed")
    output.say(f"status: {sweep.status} ({sweep.reason}); {sweep.seconds:.1f} s")


def show_results(output: Output, options: ResultsOptions) -> None:
    """Print the stored rows of an experiment, even while a run is writing."""
    slug, out = options.slug, options.out
    # The command has a folder for each experiment; `ng.run(..., store="results")` writes into "results".
    plain = is_file(out / f"{slug}.duckdb") and not is_folder(out / slug)
    held = stored(slug, out if plain or not slug.strip() else out / slug)
    if len(held.table().columns) <= MOST_COLUMNS:
        output.table(_ends(held.table()))
    if held.runs.rows:
        output.table(held.runs)
    output.table(held.summary())
    output.document({"experiment": slug, "rows": held.table(), "runs": held.runs, "summary": held.summary()})


def _ends(table: Table) -> Table:
    if len(table.rows) <= 2 * SHOWN:
        return table
    gap = tuple("..." for _ in table.columns)
    return Table(table.title, table.columns, (*table.rows[:SHOWN], gap, *table.rows[-SHOWN:]))


@contextmanager
def _executor(options: RunOptions) -> Iterator[Executor | None]:
    if options.executor == "local":
        if options.scheduler is not None:
            raise InvalidOptions(
                f"--scheduler {options.scheduler} needs dask; add --executor dask, or leave out --scheduler"
            )
        yield None
        return
    if options.executor != "dask":
        raise InvalidExperiment(unknown_message("executor", options.executor, ("local", "dask")))
    executor, close = dask_executor(options.scheduler, options.workers)
    try:
        yield executor
    finally:
        close()


class _Rate(ProgressColumn):
    """Column of a progress bar: cells per second, once known."""

    def render(self, task: Task) -> Text:
        """Return the rate of a task as text, empty if it is not known."""
        return Text("" if task.speed is None else f"{task.speed:.0f} cells a second")
