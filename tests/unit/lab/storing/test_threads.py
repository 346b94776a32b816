"""Reading starts no thread: a process that ends while one of a library's still starts is aborted."""

import subprocess
import sys
from pathlib import Path

import measures
import pytest

from negotiation.lab import run
from negotiation.lab.storing.opening import open_store

COUNTED = """
import os, sys
from pathlib import Path
import duckdb
from negotiation.errors import StoreInUse
from negotiation.lab.frames import read_parquet
from negotiation.lab.storing.opening import open_store

def threads():
    return set(os.listdir("/proc/self/task"))

before, path = threads(), Path(sys.argv[1])
if path.suffix == ".parquet":
    rows = [len(read_parquet(path, content)) for content in (None, path.read_bytes())]
else:
    try:
        connection = open_store(path)  # held until the threads are counted
        rows = connection.execute("SELECT count(*) FROM cells").fetchone()
    except StoreInUse:
        rows = "refused"
print(rows, len(threads() - before))
"""

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="threads are counted where Linux lists them"
)


@pytest.fixture
def store(tmp_path):
    run(measures.numbers(4), store=tmp_path)
    return tmp_path / "numbers.duckdb"


def found(path):
    done = subprocess.run([sys.executable, "-c", COUNTED, path], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_a_store_is_read_without_threads(store):
    assert found(store) == "(4,) 0"


def test_a_store_in_use_is_refused_without_threads(store):
    with open_store(store, read_only=False):
        assert found(store) == "refused 0"


def test_a_snapshot_is_read_without_threads(store):
    assert found(store.with_suffix(".parquet")) == "[4, 4] 0"
