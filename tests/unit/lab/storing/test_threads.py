"""Reading starts no thread: a process that ends while one of a library's still starts is aborted."""

from pathlib import Path

import measures
import pytest

from negotiation.lab import run
from negotiation.lab.storing.opening import open_store
from tests.command import python

COUNTED = """
import os, sys
from pathlib import Path
import duckdb
from negotiation.errors import StoreInUse
from negotiation.lab.frames import read_parquet
from negotiation.lab.storing.opening import open_store

def threads():
    return set(os.listdir("/proc/self/task"))

def rows_of(path):
    if path.suffix == ".parquet":
        return [len(read_parquet(path, content)) for content in (None, path.read_bytes())]
    try:
        held.append(open_store(path))  # held until the threads are counted
        return held[-1].execute("SELECT count(*) FROM cells").fetchone()
    except StoreInUse:
        return "refused"

held, before = [], threads()
for path in map(Path, sys.argv[1:]):
    print(rows_of(path), len(threads() - before))
"""

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="threads are counted where Linux lists them"
)


@pytest.mark.long
def test_a_store_and_a_snapshot_are_read_or_refused_without_threads(tmp_path):
    free, used = (tmp_path / name / "numbers.duckdb" for name in ("free", "used"))
    for path in (free, used):
        run(measures.numbers(4), store=path.parent)
    with open_store(used, read_only=False):
        done = python("-c", COUNTED, used, free.with_suffix(".parquet"), free, check=True)
    assert done.stdout.splitlines() == ["refused 0", "[4, 4] 0", "(4,) 0"]
