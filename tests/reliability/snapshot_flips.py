"""A random bit of the Parquet snapshot next to a store is flipped. The snapshot is read only while a run
writes, and the hash in the lock then exposes the damage.
"""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from negotiation.base.labelled import Table
from negotiation.base.reading.hashes import file_hash
from negotiation.lab import run
from negotiation.lab.storing import stored as reader
from negotiation.lab.storing.lock import StoreLock
from tests.reliability import _damage
from tests.reliability._numbers import numbers

TITLE = "Damaged snapshots"
FORBIDDEN = _damage.FORBIDDEN
FLIPS = 60
CELLS = 60


def measure(budget, rng):
    """Return what was shown after damage to a snapshot, while nobody writes and while a run does."""
    flips = budget.count(FLIPS)
    patience, reader.AGAIN = reader.AGAIN, 0.0  # nobody replaces the snapshot here
    try:
        with TemporaryDirectory() as folder:
            store = Path(folder) / "numbers.duckdb"
            run(numbers(CELLS), store=store)
            rows = [
                ("nobody writes", flips, *_damage.tally(_shown(store, budget.each(range(flips), TITLE), rng)))
            ]
            with StoreLock(store) as lock:
                lock.tell(file_hash(store.with_suffix(".parquet")))
                outcomes = _shown(store, budget.each(range(flips), TITLE), rng)
            rows.append(("a run writes", flips, *_damage.tally(outcomes)))
    finally:
        reader.AGAIN = patience
    return Table(TITLE, ("while", "flips", *_damage.COLUMNS), tuple(rows))


def _shown(store, cases, rng):
    snapshot = store.with_suffix(".parquet")
    kept = snapshot.with_name("kept")
    shutil.copy(snapshot, kept)
    outcomes = []
    for _ in cases:
        _damage.flip(snapshot, rng)
        outcomes.append(_damage.shown(store, CELLS)[0])
        shutil.copy(kept, snapshot)
    return outcomes
