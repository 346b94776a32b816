"""Stored forecasts of the pool's members for past months, which change only with the code and the record.

The pool's weights come from each member's forecasts on the first day of every earlier month, which take most
of the time of a forecast. `data/past_chances.npz.xz` stores these forecasts for one dispute, as loaded and as
known on the last day of its record. `python docs/past_chances.py --write` makes the file. The stored
forecasts are used while the files on which they depend are unchanged, byte by byte. Versions of libraries are
ignored, since they change only the last bits. The stored forecasts are used only for a past that equals the
dispute's own. For an agreement from elsewhere, the chances are computed.
"""

from __future__ import annotations

import lzma
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from negotiation.base.numeric import FloatArray, read_only
from negotiation.base.reading.hashes import files_hash
from negotiation.base.reading.writing import whole
from negotiation.disputes import Scenario
from negotiation.disputes.files.folder import SCENARIOS
from negotiation.lab.fingerprint import PACKAGE, counts
from negotiation.lab.scenarios import scenario_hash
from negotiation.truces.prediction.chances import Forecaster, Window
from negotiation.truces.prediction.forecast import _pool
from negotiation.truces.prediction.months import month_windows
from negotiation.truces.prediction.pools.candidates import CHOSEN
from negotiation.truces.prediction.pools.prequential import BySeries, LinearPool
from negotiation.truces.prediction.pools.resolved_months import LEADS, resolved_months, said
from negotiation.truces.record.past import Past, past_of
from negotiation.truces.record.timeline import record_ends

STORED = Path(__file__).parent / "data" / "past_chances.npz.xz"
DISPUTE = "us-china-2025"
FILES = "files"

# Printed if the stored chances were made with other files.
OF_EARLIER = "The stored chances of past months are from an earlier version; they were computed again."


def write_past_chances(worlds: Iterable[Scenario], path: Path = STORED, until: date | None = None) -> None:
    """Store the chances of every member of the pool for each month up to a day, for each dispute.

    The day is by default the last day of the record.
    """
    by_dispute = {}
    for world in worlds:
        scenario, members, pasts = _asked(world, until)
        chances = [[said(member, scenario, past) for past, _ in pasts] for member in members]
        by_dispute[scenario_hash(world)] = np.array(chances)
    with whole(path) as part, lzma.open(part, "wb") as file:
        np.savez(file, allow_pickle=False, **{FILES: np.array(_files())}, **by_dispute)


def is_current(path: Path = STORED) -> bool:
    """Return whether the stored chances were made with the current files."""
    return _read(path) is not None


def put_past_chances(world: Scenario, path: Path = STORED) -> bool:
    """Give the stored chances to a dispute's pool, if they are for this dispute.

    For the stored dispute, return whether the file exists and was made with the current files. Return `True`
    for any other dispute.
    """
    if world.folder != SCENARIOS / DISPUTE:
        return True
    stored = _read(path)
    # For the same dispute as known on another day, or with past levels, members give other chances.
    chances = (stored or {}).get(scenario_hash(world))
    if chances is not None:
        scenario, members, pasts = _asked(world)
        for member, by_month in zip(members, chances, strict=True):
            # A test may store only a few months.
            for (past, windows), there in zip(pasts, by_month, strict=False):
                # The place in which `said` caches an answer.
                past.once(("said", member, scenario, windows), there.view)
    return stored is not None


def _asked(
    world: Scenario, until: date | None = None
) -> tuple[Scenario, tuple[Forecaster, ...], list[tuple[Past, tuple[Window, ...]]]]:
    """Return the pool's dispute, the pool's members, and each past with the windows to forecast from it."""
    pool = _pool(world, CHOSEN)
    assert isinstance(pool.forecaster, LinearPool)  # noqa: S101 - what decision 54 chose
    members = tuple(
        member.of if isinstance(member, BySeries) else member for member in pool.forecaster.members
    )
    end = record_ends(world) if until is None else until
    over = resolved_months(pool.scenario, past_of(pool.scenario, end + timedelta(days=1)))
    return pool.scenario, members, [(past, tuple(month_windows(past.as_of, LEADS))) for past in over.pasts]


def _files() -> str:
    """Return the hash of the package's files below the lab, including the data of disputes."""
    every = (path for kind in ("py", "toml", "csv") for path in PACKAGE.rglob(f"*.{kind}"))
    below = sorted(path for path in every if counts(path.relative_to(PACKAGE)))
    return files_hash(below, PACKAGE, Path.read_bytes)


def _read(path: Path) -> dict[str, FloatArray] | None:
    """Return chances by the dispute's hash, or None if the file is missing, damaged or made with other files.

    Each array has the shape (members, pasts, leads, pairs, 2).
    """
    try:
        with lzma.open(path) as file, np.load(file) as stored:
            is_of_now = str(stored[FILES]) == _files()
            chances = {name: stored[name] for name in stored if is_of_now and name != FILES}
    except (OSError, EOFError, lzma.LZMAError, BadZipFile, KeyError, ValueError):
        return None  # a damaged or missing file counts as one from another version
    read_only(*chances.values())
    return chances if is_of_now else None
