"""The code of workers: take a batch of cells, return a row for each. It runs in any process, on any machine.

A batch comes with the text of the experiment's file, so a worker needs only the package. A worker raises
`BrokenRun` if its package, versions, inputs or calibration differ from those with which the run began.
"""

from __future__ import annotations

import json
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from negotiation.base.interrupts import whole_or_absent
from negotiation.base.reading.record import recording
from negotiation.disputes import Scenario, load_scenario
from negotiation.errors import BrokenRun, InvalidExperiment, shown
from negotiation.game_theory.games import StageGame
from negotiation.lab.cell import Cell, Row, Value, plain
from negotiation.lab.experiment import PREFIX, Experiment, module_from_source, module_of
from negotiation.lab.fingerprint import bytes_hash, function_hash, library_versions, versions_of
from negotiation.lab.inputs import check_inputs, inputs_hash, reads_of
from negotiation.lab.scenarios import Named, scenario_hash
from negotiation.lab.sources import files_below, text_of

_ENCODER = json.JSONEncoder(ensure_ascii=False)

# Lines of a failed cell's traceback that are kept.
DEEPEST = 8


@dataclass(frozen=True)
class Setup:
    """Description of a run for its workers, the same for all batches."""

    # Text of the experiment's file; None where the measure is found by its module and name.
    source: str | None
    # Path of that file, for messages.
    where: str
    # The measure; None with a source, in which it is found.
    measure: Callable[..., Any] | None
    # Whether the measure takes a list of cells.
    is_batch: bool
    seed: int
    # Name or path of the scenario, or the scenario itself if it was given as an object.
    scenario: Named | None
    # Hashes of the package's files and of the scenario; empty for a scenario that is an object, or for none.
    expected: tuple[str, str]
    game: StageGame | None = None
    # Hash of the files behind a measure that workers import; empty where that is not compared.
    files: str = ""
    # Versions of Python, of the numerical libraries and of what the measure's files import, by name.
    versions: Mapping[str, str] = field(default_factory=dict)
    # inputs, environment: Files and environment variables that the experiment names.
    inputs: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()
    # Hash of the content of these inputs when the run began.
    inputs_hash: str = ""


@dataclass(frozen=True)
class Batch:
    """Cells to compute together, each as values and replication, with their number of crashes so far."""

    number: int
    cells: tuple[tuple[Mapping[str, Value], int], ...] = field(repr=False)
    crashes: int = 0

    def __len__(self) -> int:
        return len(self.cells)


class Done(NamedTuple):
    """A finished batch: a row for each cell, and the files that were read, with their hashes."""

    rows: list[Row]
    reads: Mapping[str, str]


def setup_of(experiment: Experiment, *, compare: bool = False) -> Setup:
    """Return the description of a run for its workers; with `compare`, they raise if their files differ."""
    function = experiment.function
    from_file = function.__module__.startswith(PREFIX)
    return Setup(
        source=text_of(module_of(experiment)) if from_file else None,
        where=str(getattr(module_of(experiment), "__file__", "")),
        measure=None if from_file else function,
        is_batch=experiment.batch_measure is not None,
        seed=experiment.seed,
        scenario=experiment.scenario,
        expected=(
            bytes_hash(),
            scenario_hash(load_scenario(experiment.scenario)) if isinstance(experiment.scenario, str) else "",
        ),
        game=experiment.game,
        files=function_hash(function) if compare and not from_file else "",
        versions=versions_of(function),
        inputs=experiment.inputs,
        environment=experiment.environment,
        inputs_hash=inputs_hash(experiment.inputs, experiment.environment),
    )


def prepare(setup: Setup) -> None:
    """Load the package, the scenario and the measure into this process, and check them."""
    _checked(setup.scenario, setup.expected)
    _check_versions(tuple(setup.versions.items()))
    _measure(setup)


def compute(setup: Setup, batch: Batch) -> Done:
    """Return one row for each cell of a batch, and the files on which they may depend."""
    # All reading of the package happens within, that of the scenario too: what is read for the first cells is
    # kept by caches and not read again for later ones, so it is asked for below by the code that read it.
    with recording() as reads:
        base = _checked(setup.scenario, setup.expected)
        _check_versions(tuple(setup.versions.items()))
        # Before, so that nothing is computed with other inputs; after, since they may have changed meanwhile.
        check_inputs(setup.inputs, setup.environment, setup.inputs_hash)
        cells = [Cell(values, k, setup.seed, base, setup.game) for values, k in batch.cells]
        rows = _rows(setup, cells)
        check_inputs(setup.inputs, setup.environment, setup.inputs_hash)
    return Done(rows, reads_of(reads, _code(_measure(setup))))


def _rows(setup: Setup, cells: list[Cell]) -> list[Row]:
    measure = _measure(setup)
    if not setup.is_batch:
        return [_one(measure, cell) for cell in cells]
    began = time.perf_counter()
    # A batch measure gives all of its results or none. If it raises, says too little or gives what cannot be
    # kept, each cell is measured alone, so that one bad cell fails and not its thirty neighbours.
    try:
        with whole_or_absent():
            results = list(measure(cells))
        if len(results) != len(cells):
            raise InvalidExperiment(
                "the batch measure must return one result for each cell, in the order of the cells; cells: "
                f"{len(cells)}, results: {len(results)}"
            )
        texts = [_measures(result) for result in results]
    except (Exception, SystemExit):  # noqa: BLE001 - one cell may be to blame: each is tried alone
        return [_one(lambda cell: next(iter(measure([cell]))), cell) for cell in cells]
    each = (time.perf_counter() - began) / len(cells)
    return [_row(cell, "ok", text, None, each) for cell, text in zip(cells, texts, strict=True)]


def _one(measure: Callable[[Cell], Any], cell: Cell) -> Row:
    began = time.perf_counter()
    try:
        with whole_or_absent():
            text = _measures(measure(cell))
    # `sys.exit` in a measure would end the worker, and be taken for its death. Ctrl-C goes through: in the
    # run's own process it is the user's, and workers hear none.
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a measure raises is recorded
        trace = "".join(traceback.format_exception(error)[-DEEPEST:])
        trace = trace.encode("utf-8", "backslashreplace").decode()  # half characters cannot be stored
        return _row(cell, "failed", None, trace, time.perf_counter() - began)
    return _row(cell, "ok", text, None, time.perf_counter() - began)


def _row(cell: Cell, status: str, measures: str | None, error: str | None, seconds: float) -> Row:
    return Row(cell.id, status, cell.text, cell.replication, measures, error, seconds)


def crashed(batch: Batch, times: int) -> Done:
    """Return failed rows for the cells of a batch whose worker died each of the `times` it was tried."""
    text = f"the worker process died each time this cell was tried ({times} times, alone)"
    return Done([_row(Cell(values, k), "failed", None, text, 0.0) for values, k in batch.cells], {})


def _measures(result: Any) -> str:
    """Return a measure's named numbers as JSON, or raise `InvalidExperiment`."""
    if not isinstance(result, Mapping) or not result:
        raise InvalidExperiment(
            f"a measure must return numbers by name, such as {{'name': 0.5}}; got {shown(result)}"
        )
    # In the measure's order, which is the order of the columns.
    return _ENCODER.encode(
        {plain(str(name), "name"): plain(value, str(name)) for name, value in result.items()}
    )


def _measure(setup: Setup) -> Callable[..., Any]:
    # A function of a module travels by its name: pickle has imported it here, from the files of this machine.
    # One of an experiment's file comes as the text that the run read; the module is made once a process.
    if setup.measure is not None:
        function = setup.measure
    else:
        assert setup.source is not None  # noqa: S101 - one of the two is there
        module = module_from_source(setup.source, setup.where)
        experiment: Experiment = module.__dict__["experiment"]
        function = experiment.function
    if setup.files and setup.files != _files(function):
        raise BrokenRun(
            f"the files of the measure {function.__qualname__!r} differ on a worker from those with which "
            "the run began, because one has been edited in the meantime. Finished cells are kept; run again"
        )
    return function


# Once, when the function has just been loaded.
_files = lru_cache(maxsize=4)(function_hash)


@lru_cache(maxsize=4)
def _code(function: Callable[..., Any]) -> frozenset[str]:
    return frozenset(files_below(sys.modules.get(function.__module__)))


@lru_cache(maxsize=4)
def _check_versions(expected: tuple[tuple[str, str], ...]) -> None:
    here = library_versions(name for name, _ in expected)
    for name, version in expected:
        if here[name] != version:
            raise BrokenRun(
                f"a worker has {name} {here[name]}, but the run began with {version}, so that numbers might "
                "differ. Give all workers the same versions. Finished cells are kept; run again"
            )


def _checked(source: Named | None, expected: tuple[str, str]) -> Scenario | None:
    """Return the scenario, after checking that it and the package are those with which the run began.

    A scenario that was given as an object comes with the batch and is not checked.
    """
    name = source if isinstance(source, str) else None
    loaded = _loaded(name, expected)
    return source if isinstance(source, Scenario) else loaded


# Once a process and run: a worker that has loaded the package runs what it has loaded, whatever is edited
# later, and the files are compared with those of the run while they still say what was loaded.
@lru_cache(maxsize=4)
def _loaded(name: str | None, expected: tuple[str, str]) -> Scenario | None:
    base = load_scenario(name) if name is not None else None
    if expected[0] != bytes_hash():
        raise BrokenRun(
            "a worker has another version of the package than the one with which the run began, because it "
            "was edited in the meantime or differs on that machine. Finished cells are kept; run again"
        )
    if base is not None and expected[1] != scenario_hash(base):
        raise BrokenRun(
            f"the scenario {name!r} is not the one with which the run began, because its files were edited "
            "in the meantime or differ on that machine. Finished cells are kept; run again"
        )
    return base
