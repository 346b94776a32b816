"""Ctrl-C interrupts a command, whose kernels are not compiled yet, at a random time. It has to end with
status 130 and a sentence. An experiment that is then run to its end has to give the table of an
uninterrupted run.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from negotiation.__main__ import INTERRUPTED, SENTENCE
from negotiation.base.labelled import Table
from tests.command import heed_interrupts
from tests.reliability._numbers import ROOT

TITLE = "Interrupted commands"
FORBIDDEN = ("another status", "no message", "traceback", "a different table at the end")
COLUMNS = ("command", "interrupts", "during the run", *FORBIDDEN)
INTERRUPTS = 6
"""For each command."""

FIRST = 0.6
"""Seconds of processor time after which the command is being loaded."""

AT_THE_END = 2.0
"""Seconds within which a command has to end that was done when the Ctrl-C came; it says so by status 0."""

COMMANDS = {
    # With seconds of processor time that it surely takes where nothing is compiled.
    "verdict busan --draws 4": 8.0,
    "design us-china-2025 --on 2025-10-30 --size small --theories moment --draws 4 --fresh 16": 8.0,
    "forecast --months 1 --by moment": 8.0,
    "solve game.csv --exact": 1.5,
    "run small": 6.0,
}
EXPERIMENT = '''
import negotiation as ng

def designed(cell):
    """Return how robust the best text of a day is."""
    options = {"theories": ["moment"], "size": "small", "draws": cell["draws"], "fresh": 16}
    found = ng.design("us-china-2025", on="2025-10-30", **options)
    return {"holds": found.most_robust.holds, "texts": found.looked}

experiment = ng.Experiment(
    slug="small",
    question="How robust is a text?",
    space=ng.space.grid({"draws": [2, 3, 4]}),
    measure=designed,
    batch=1,
)
'''


def measure(budget, rng):
    """Return what became of commands that were interrupted, one row for each."""
    rows, calls = [], list(COMMANDS)
    if budget.share < 1:  # the one that stores numbers is among any
        calls = ["run small", *rng.choice(calls[:-1], min(budget.count(5), 4), replace=False).tolist()]
    for call in calls:
        moments = rng.uniform(FIRST, COMMANDS[call], budget.count(INTERRUPTS)).tolist()
        with TemporaryDirectory() as folder:
            prepare(Path(folder))
            rows.append((call, *interrupted(call, budget.each(moments, call), Path(folder))))
    return Table(TITLE, COLUMNS, tuple(rows))


def prepare(folder):
    """Write what the commands read."""
    (folder / "experiments").mkdir()
    (folder / "experiments" / "small.py").write_text(EXPERIMENT)
    (folder / "game.csv").write_text(',l,r\nu,"2, 1","0, 0"\nd,"0, 0","1, 2"\n')


def interrupted(call, moments, folder):
    """Interrupt a command at each of some moments, and return a row of the table."""
    count = running = status = sentence = traceback = 0
    for moment in moments:
        count += 1
        with TemporaryDirectory() as cache:
            process = start(call, folder, cache)
            while process.poll() is None and processor_time(process.pid) < moment:
                time.sleep(0.005)
            if process.poll() is None:
                sent = time.monotonic()
                process.send_signal(signal.SIGINT)
                error = process.communicate()[1]
                if process.returncode == 0 and time.monotonic() - sent < AT_THE_END:
                    continue
                running += 1
                status += process.returncode != INTERRUPTED
                sentence += SENTENCE not in error
                traceback += "Traceback" in error
            else:
                process.communicate()
    return count, running, status, sentence, traceback, int(call == "run small" and not same_table(folder))


def same_table(folder):
    """Return whether an interrupted experiment, run to its end, gives the table of one from the beginning."""
    texts = []
    for out in ("results", "fresh"):
        start(f"run small --out {out}", folder, folder).communicate()
        texts.append((folder / out / "small" / "small.csv").read_text())
    return texts[0] == texts[1]


def start(call, folder, cache):
    """Start a command that heeds Ctrl-C, with a folder for what it compiles."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NUMBA_CACHE_DIR": str(cache)}
    return subprocess.Popen(
        [sys.executable, "-m", "negotiation", *call.split()], cwd=folder, env=environment, text=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=heed_interrupts,
    )  # fmt: skip


def processor_time(process):
    """Return the seconds of processor time of a process: how far it is, however loaded the machine is."""
    try:
        words = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return float("inf")
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
