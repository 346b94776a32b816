"""A random bit of a store's file is flipped. DuckDB's checksums have to detect it unless it is unused."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from negotiation.base.labelled import Table
from negotiation.lab import run
from tests.reliability import _damage
from tests.reliability._numbers import numbers

TITLE = "Damaged stores"
FORBIDDEN = _damage.FORBIDDEN
FLIPS = 60
CELLS = 200


def measure(budget, rng):
    """Return what was shown after damage to a store."""
    flips = budget.count(FLIPS)
    with TemporaryDirectory() as folder:
        store, kept = Path(folder) / "numbers.duckdb", Path(folder) / "kept"
        run(numbers(CELLS), store=store)
        shutil.copy(store, kept)
        outcomes = []
        for _ in budget.each(range(flips), TITLE):
            _damage.flip(store, rng)
            outcomes.append(_damage.shown(store, CELLS)[0])
            shutil.copy(kept, store)
    return Table(TITLE, ("store", "flips", *_damage.COLUMNS), ((CELLS, flips, *_damage.tally(outcomes)),))
