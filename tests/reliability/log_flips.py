"""A run is killed while its last rows are only in the log of writes, and a random bit of the log is
flipped. A refused log is moved away, as the error says, and the run continues.
"""

import shutil
import signal
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from negotiation.base.labelled import Table
from negotiation.errors import NegotiationError
from negotiation.lab import run, stored
from negotiation.lab.storing.opening import log_of
from tests.reliability import _damage
from tests.reliability._numbers import numbers, start, wrong_values

TITLE = "Damaged logs of writes"
FORBIDDEN = (*_damage.FORBIDDEN, "refused without the log", "wrong or missing values after the resumed run")
FLIPS = 60
CHECKPOINTED, CELLS = 40, 160
PATIENCE = 60.0


def measure(budget, rng):
    """Return what was shown after damage to a log, and what came of the run that went on."""
    flips = budget.count(FLIPS)
    with TemporaryDirectory() as name:
        kept, store = Path(name) / "kept" / "numbers.duckdb", Path(name) / "numbers.duckdb"
        _killed(kept)
        whole = _rows(kept, Path(name) / "count")
        outcomes, refused, wrong = [], 0, 0
        for _ in budget.each(range(flips), TITLE):
            _copy(kept, store)
            _damage.flip(log_of(store), rng)
            outcome, text = _damage.shown(store, whole)
            outcomes.append(outcome)
            if outcome == "refused":
                assert f"move {log_of(store).name} away" in text
                log_of(store).unlink()
                refused += _damage.shown(store, whole)[0] not in ("whole", "fewer")
            try:
                found = run(numbers(CELLS), store=store)
                wrong += wrong_values(found.frame, CELLS) + found.missing
            except NegotiationError:
                wrong += 1
    row = (whole, CHECKPOINTED, flips, *_damage.tally(outcomes), refused, wrong)
    columns = ("rows", "rows in the file", "flips", *_damage.COLUMNS, *FORBIDDEN[2:])
    return Table(TITLE, columns, (row,))


def _killed(store):
    """Leave a store behind whose last rows are in its log: of a run that was killed."""
    run(numbers(CHECKPOINTED), store=store)
    process = start(store, 20_000, words=["calm"])
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and not (log_of(store).exists() and log_of(store).stat().st_size > 8_000):
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    store.with_suffix(".parquet").unlink()


def _copy(kept, store):
    for path in store.parent.glob("numbers*"):
        path.unlink()
    shutil.copy(kept, store)
    shutil.copy(log_of(kept), log_of(store))


def _rows(kept, folder):
    """Return how many rows a store shows with its log undamaged."""
    folder.mkdir()
    _copy(kept, folder / kept.name)
    return len(stored("numbers", folder / kept.name).frame)
