"""A run whose workers, executor or program are stopped; `tests/reliability` has kills and full disks."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import duckdb
import measures
import pytest

from negotiation.errors import BrokenRun
from negotiation.lab import run
from tests.command import python

SCRIPT = Path(measures.__file__)
CELLS = 240


def start(store, log, workers, cells=CELLS):
    return subprocess.Popen(
        [sys.executable, str(SCRIPT), str(store), str(workers), str(cells)],
        env={**os.environ, measures.LOG: str(log)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def committed(path):
    """Return the cells that a store holds, without writing to it."""
    if not path.exists():
        return set()
    with duckdb.connect(str(path), read_only=True) as connection:
        return {row[0] for row in connection.execute("SELECT cell_id FROM cells").fetchall()}


def wait_for(condition, seconds=60.0):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


def computed(log):
    return Counter(line.split()[0] for line in log.read_text().splitlines()) if log.exists() else Counter()


def wait_for_workers(log):
    """Wait until no worker of a killed run is alive: they leave with it."""
    pids = {int(line.split()[1]) for line in log.read_text().splitlines()}
    wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids), 20)


@pytest.mark.long
def test_a_killed_run_leaves_no_process_behind(tmp_path):
    log = tmp_path / "log"
    process = start(tmp_path / "numbers.duckdb", log, workers=2)
    wait_for(lambda: computed(log))
    process.kill()
    process.communicate()
    wait_for_workers(log)


@pytest.mark.long
def test_a_worker_that_dies_costs_no_cell_and_a_deadly_cell_is_recorded(tmp_path, monkeypatch):
    log = tmp_path / "log"
    monkeypatch.setenv(measures.LOG, str(log))
    found = run(measures.numbers(40, measures.deadly), workers=2, store=tmp_path / "store")
    assert (found.failed, len(found)) == (1, 40)
    assert "the worker process died each time" in found.failures().rows[0][1]
    assert found.failures().rows[0][0] == 7
    rest = found.to_pandas().query("x != 7")
    calm = run(measures.numbers(40, measures.logged), store=tmp_path / "calm").to_pandas().query("x != 7")
    assert rest["random"].tolist() == calm["random"].tolist()


@pytest.mark.long
def test_ctrl_c_stops_cleanly(tmp_path):
    store, log = tmp_path / "numbers.duckdb", tmp_path / "log"
    process = start(store, log, workers=2, cells=5_000)
    wait_for(lambda: len(computed(log)) > 40)
    process.send_signal(signal.SIGINT)
    told = process.communicate(timeout=60)[1]
    assert told.strip().endswith("KeyboardInterrupt")
    wait_for_workers(log)
    with duckdb.connect(str(store), read_only=True) as connection:
        assert connection.execute("SELECT status FROM runs").fetchall() == [("interrupted",)]
    assert committed(store)


def test_any_executor_gives_the_same_numbers(tmp_path):
    alone = run(measures.numbers(40), store=tmp_path / "alone")
    with ThreadPoolExecutor(3) as threads:
        found = run(measures.numbers(40), executor=threads, workers=3, store=tmp_path / "threads")
    assert found.frame == (alone.frame)


@pytest.mark.long
def test_a_given_executor_that_breaks_ends_the_run_and_keeps_what_was_finished(tmp_path, monkeypatch):
    import multiprocessing

    monkeypatch.setenv(measures.LOG, str(tmp_path / "log"))
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawned) as pool, pytest.raises(BrokenRun, match="has broken"):
        run(measures.numbers(40, measures.deadly), executor=pool, store=tmp_path / "store")


PROGRAM = """
import sys
import negotiation as ng
from negotiation.lab import fingerprint

fingerprint.package_files = lambda: []


def measured(cell):
    return {"y": cell["x"]}


experiment = ng.Experiment(slug="own", question="?", measure=measured, space=ng.space.grid({"x": [1, 2, 3]}))
"""


def program(folder, last_lines, *, piped=False):
    text = PROGRAM + last_lines
    (folder / "program.py").write_text(text)
    return python("-" if piped else "program.py", input=text if piped else None, cwd=folder, timeout=120)


@pytest.mark.long
def test_a_program_without_a_guard_is_told_so_and_no_cell_is_blamed(tmp_path):
    done = program(tmp_path, "ng.run(experiment, workers=2, store='own.duckdb')\n")
    assert done.returncode == 1
    assert "BrokenRun: worker processes die at start" in done.stderr
    assert 'put the call under `if __name__ == "__main__":`' in done.stderr
    with duckdb.connect(str(tmp_path / "own.duckdb"), read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM cells").fetchone() == (0,)
    guarded = "if __name__ == '__main__':\n    ng.run(experiment, workers=2, store='own.duckdb')\n"
    assert program(tmp_path, guarded).returncode == 0
    assert len(committed(tmp_path / "own.duckdb")) == 3


DYING = """
import os
import signal
from pathlib import Path

deaths = Path(__file__).with_name("deaths")


def die(most):
    # So many times in all, in workers alone.
    if __name__ != "__main__" and deaths.exists() and len(deaths.read_text()) < most:
        deaths.write_text(deaths.read_text() + "x")
        os.kill(os.getpid(), signal.SIGKILL)


def dying(cell):
    if cell["x"] == 2:
        deaths.touch()
        die(1)
    return {"y": cell["x"]}


die(MOST)  # also before a cell is computed
if __name__ == "__main__":
    experiment = experiment.model_copy(update={"measure": dying, "batch": 1})
    found = ng.run(experiment, workers=2, store="own.duckdb")
    print(found.status, len(found), found.failed)
"""


@pytest.mark.long
def test_workers_that_are_killed_in_succession_are_no_fault_of_the_program(tmp_path):
    done = program(tmp_path, DYING.replace("MOST", "4"))
    assert done.stdout.split() == ["complete", "3", "0"]
    for path in (tmp_path / "own.duckdb", tmp_path / "deaths"):
        path.unlink()
    done = program(tmp_path, DYING.replace("MOST", "20"))
    assert "BrokenRun: worker processes die at start" in done.stderr
    assert "Finished cells are kept. Probably something kills them" in done.stderr


@pytest.mark.long
def test_a_measure_from_a_pipe_is_refused_for_workers(tmp_path):
    done = program(tmp_path, "ng.run(experiment, workers=2, store='own.duckdb')\n", piped=True)
    assert "InvalidExperiment: other processes cannot find the measure 'measured'" in done.stderr
    assert not (tmp_path / "own.duckdb").exists()
