import sys
from pathlib import Path

import pytest

from negotiation.base.reading import record
from negotiation.lab import fingerprint

# Worker processes find the measures by the name of their module.
sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(autouse=True)
def _still_package(monkeypatch):
    """Take the package's hash of one file, as the processes do that these tests start."""
    import measures

    monkeypatch.setattr(fingerprint, "package_files", measures.own_file)
    monkeypatch.setattr(record, "_WHOLE", record.Reads())  # as in a process of its own
    fingerprint.package_hash.cache_clear()
    yield
    fingerprint.package_hash.cache_clear()


@pytest.fixture
def path(tmp_path):
    """Give the path of a store of four cells."""
    import measures

    from negotiation.lab import run

    run(measures.numbers(4), store=tmp_path)
    return tmp_path / "numbers.duckdb"
