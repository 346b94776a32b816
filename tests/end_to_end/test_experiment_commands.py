import os
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest

from tests.command import called, heed_interrupts, on_a_terminal, printed

FILE = '''
"""A small experiment."""

import time
from contextlib import suppress

import negotiation as ng


def measured(cell):
    """Return a square; fail at three."""
    time.sleep(SLEEP)
    if cell["x"] == 3:
        raise ValueError("three is not measured")
    return {"square": cell["x"] ** 2}


experiment = ng.Experiment(
    slug="small",
    question="What is its square?",
    space=ng.space.grid({"x": range(CELLS)}),
    measure=measured,
    batch=2,
)
'''


@pytest.fixture
def folder(tmp_path):
    write(tmp_path, 6, 0)
    return tmp_path


def write(folder, cells, sleep):
    (folder / "experiments").mkdir(exist_ok=True)
    text = FILE.replace("CELLS", str(cells)).replace("SLEEP", str(sleep))
    (folder / "experiments" / "small.py").write_text(text)


def started(folder, *arguments):
    """Return the process of a command, which goes on."""
    call = [sys.executable, "-m", "negotiation", *map(str, arguments)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "cwd": folder}
    return subprocess.Popen(call, env={**os.environ, "COLUMNS": "200"}, preexec_fn=heed_interrupts, **pipes)


def command(folder, *arguments):
    """Return what a command gives, called within this process."""
    return called(*arguments, folder=folder, COLUMNS=200)


@pytest.mark.long
def test_run_writes_tables_and_a_figure_and_says_what_failed(folder):
    shown = printed(command(folder, "run", "small"))
    assert "three is not measured" in shown
    assert "1 failed" in shown
    files = {path.name for path in (folder / "results" / "small").iterdir()}
    assert files >= {f"small.{kind}" for kind in ("duckdb", "parquet", "csv", "json", "png", "pdf")}
    assert pd.read_csv(folder / "results" / "small" / "small.csv")["square"].tolist()[4:] == [16.0, 25.0]
    again = command(folder, "run", "small", "--resume")
    assert "0 computed; 6 from the store" in again.stdout
    assert "1 computed" in command(folder, "run", "small", "--retry-failed").stdout
    shown = printed(command(folder, "results", "small"))
    assert "ended" in shown
    assert "nobody is writing" in shown


def watched(folder, *arguments):
    """Return the exit status of a command on a terminal of 200 columns, and what it shows."""
    words = ("-m", "negotiation", *map(str, arguments))
    return on_a_terminal(*words, folder=folder, **{**os.environ, "COLUMNS": "200", "TERM": "xterm"})


@pytest.mark.long
def test_a_terminal_shows_progress_with_its_rate(folder):
    write(folder, 30, 0.03)
    for workers in (2, 1):
        status, shown = watched(folder, "run", "small", "--workers", workers, "--out", f"by-{workers}")
        assert status == 0, shown
        assert "/30" in shown
        assert "cells a second" in shown
        assert "Traceback" not in shown
    status, shown = watched(folder, "run", "small", "--out", "by-1")
    assert (status, "Traceback" in shown) == (0, False), shown


@pytest.mark.long
def test_ctrl_c_says_how_to_go_on_and_results_are_shown_meanwhile(folder):
    write(folder, 400, 0.05)
    assert command(folder, "run", "small", "--limit", 2).returncode == 0
    process = started(folder, "run", "small", "--workers", 2)
    snapshot = folder / "results" / "small" / "small.duckdb.lock"
    until = time.monotonic() + 60
    while not snapshot.read_text():
        assert time.monotonic() < until
        time.sleep(0.02)
    assert "is writing this store" in printed(command(folder, "results", "small"))
    second = command(folder, "run", "small")
    assert second.returncode == 2
    assert f"process {process.pid} on" in second.stderr
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "go on with: negotiation run small --workers 2 --resume" in out
    assert "Traceback" not in err


@pytest.mark.long
def test_a_request_to_terminate_is_heeded_as_ctrl_c(folder):
    write(folder, 400, 0.02)
    process = started(folder, "run", "small", "--out", "else where", "--batch", 3)
    store = folder / "else where" / "small" / "small.duckdb"
    lock = store.with_name(store.name + ".lock")
    wait_until(lambda: lock.exists() and "snapshots" in lock.read_text())  # its store is open
    time.sleep(1.0)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "go on with: negotiation run small --out 'else where' --batch 3 --resume" in out
    shown = command(folder, "results", "small", "--out", "else where")
    assert "interrupted" in shown.stdout, shown.stderr


def wait_until(condition, seconds=60):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.mark.long
def test_the_exit_status_says_whether_anything_went_well(folder):
    text = (folder / "experiments" / "small.py").read_text()
    assert command(folder, "run", "small").returncode == 0  # one of six failed
    (folder / "experiments" / "small.py").write_text(text.replace("== 3", ">= 0"))
    process = started(folder, "run", "small")
    out, err = process.communicate(timeout=300)
    assert process.returncode == 1
    assert "status: failed" in out
    assert "6 rows of an earlier code of the measure are kept" in err
    assert command(folder, "run", "small", "--limit", 2, "--out", "part").returncode == 1
    (folder / "experiments" / "small.py").write_text(text)
    printed(command(folder, "run", "small", "--limit", 2, "--out", "part"))
