"""Public functions and commands read valid files with random faults: changed values; missing, doubled,
renamed or nested fields; cut or garbled texts. A *traceback* is an error that is not the package's own, or an
undocumented exit status. A *hang* is a minute of processor time. Every failure is fixed before the numbers
are written.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Empty, SimpleQueue
from tempfile import TemporaryFile
from threading import Thread

from negotiation.base.labelled import Table
from tests.reliability._kinds_of_file import KINDS
from tests.reliability._one_file_after_another import MOST_BYTES

TITLE = "Faulty files"
FORBIDDEN = ("tracebacks", "hangs", "over 1 GiB")
COLUMNS = ("kind", "files", "read", "largest process, MiB", *FORBIDDEN)
FILES = 3000
"""Of each kind. A kind takes up to a quarter of an hour of a processor."""
AT_ONCE = 1000
"""Files of a child process: to start one costs as much as ten files. Its peak of memory is that of its whole
life, so that what it keeps of earlier files counts against the last one too."""
WORKERS = 2
"""Children at work at once."""
LONGEST_WAIT = 600
"""Seconds after which a child that says nothing more is ended: it is stuck where no signal reaches it."""
CHILD = ["-m", "tests.reliability._one_file_after_another"]
ROOT = Path(__file__).parents[2]


def measure(budget, rng):
    """Return what became of faulty files, one row a kind."""
    seed = int(rng.integers(2**31))
    with ThreadPoolExecutor(WORKERS) as pool:
        rows = tuple(pool.map(lambda kind: _row(kind, seed, budget), KINDS))
    return Table(TITLE, COLUMNS, rows)


def _row(kind, seed, budget):
    """Return what became of the faulty files of a kind; how any failed is said at once."""
    count = budget.count(FILES)
    batches = [range(k, min(k + AT_ONCE, count)) for k in range(0, count, AT_ONCE)]
    found = Counter()
    for batch in budget.each(batches, kind):
        for told in _told(kind, seed, batch):
            found["files"] += 1
            found["read"] += told["read"]
            found["hang"] += "hang" in told["failed"]
            traces = [one for one in told["failed"] if one != "hang"]
            found["trace"] += bool(traces)
            found["peak"] = max(found["peak"], told["peak"])
            for trace in told["failed"]:
                budget.say(f"\n{kind}, file {told['k']} of seed {seed}:\n{trace}\n")
    over = int(found["peak"] > MOST_BYTES)
    peak = round(found["peak"] / 2**20)
    return kind, found["files"], found["read"], peak, found["trace"], found["hang"], over


def _told(kind, seed, batch):
    """Yield what children say of the files of a batch; one that a child does not survive is told for it."""
    first = batch.start
    while first < batch.stop:
        words = [*CHILD, kind, str(seed), str(first), str(batch.stop)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"}
        with TemporaryFile("w+") as errors, subprocess.Popen(
            [sys.executable, *words], cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=errors,
            text=True,
        ) as child:  # fmt: skip
            told = None
            try:
                for line in _lines(child):
                    told = json.loads(line)
                    first = told["k"] + 1
                    yield told
                ended = "hang"
                if child.poll() is not None:
                    errors.seek(0)
                    ended = f"the process ended with {child.returncode}: {errors.read()[-2000:]}"
            finally:
                child.kill()
            if told and told["failed"]:
                continue  # it ended by itself after a fault
        if first < batch.stop:
            yield {"k": first, "read": False, "failed": [ended], "peak": 0}
            first += 1


def _lines(child):
    """Yield what a child prints, line by line, to its end or until it says nothing for too long."""
    said = SimpleQueue()

    def listen():
        try:
            for line in child.stdout:
                said.put(line)
        except ValueError:  # closed when the child was killed: nobody waits for a line any more
            return
        child.wait()
        said.put(None)

    Thread(target=listen, daemon=True).start()
    while True:
        try:
            line = said.get(timeout=LONGEST_WAIT)
        except Empty:
            return
        if line is None:
            return
        yield line
