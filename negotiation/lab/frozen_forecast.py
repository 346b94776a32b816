"""Frozen forecasts: written once with their provenance and hash, never edited.

A frozen forecast is a JSON file named by its day. Its hash covers everything in it but itself, so that an
edit shows; a change of mind is a new version beside it ("2025-11-30-v2.json").
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from negotiation.base.reading.hashes import canonical, full_hash
from negotiation.base.reading.models import model_of
from negotiation.base.reading.plain_values import json_values
from negotiation.base.reading.text import file_text
from negotiation.disputes import Scenario
from negotiation.errors import CannotWrite, InvalidFile, shown
from negotiation.lab.fingerprint import library_versions, package_hash
from negotiation.lab.frozen_rows import FrozenContent
from negotiation.lab.provenance import checkout, now
from negotiation.lab.scenarios import scenario_hash
from negotiation.truces.prediction.forecast_rows import Forecast
from negotiation.truces.record.agreement_text import AGREEMENTS
from negotiation.truces.record.timeline import RECORD

HASH = "sha256"


@dataclass(frozen=True)
class FrozenForecast:
    """A forecast as it was frozen."""

    path: Path
    forecast: Forecast
    # Commit, hashes of code, calibration and record, versions, day and hour.
    provenance: dict[str, Any]


def freeze(
    found: Forecast,
    scenario: Scenario,
    folder: Path,
    *,
    name: str | None = None,
    also: Mapping[str, object] | None = None,
) -> Path:
    """Write a forecast with its provenance and hash, by its day if no name is given; never over another."""
    commit, dirty = checkout()
    content: dict[str, Any] = {
        "truce": found.truce,
        "as_of": str(found.as_of),
        # Fields of the first model, which played forward: kept, so that one form reads all files.
        "mechanisms": [],
        "paths": 0,
        "draws": found.draws,
        "seed": 0,
        "provenance": {
            "commit": commit,
            "dirty": dirty,
            "code": package_hash(),
            "calibration": scenario_hash(scenario),
            "record": record_hash(scenario),
            "versions": library_versions(),
            "made": now(),
            **({"theories": list(found.theories)} if found.theories else {}),
            **(also or {}),
        },
        "rows": [asdict(row) for row in found.rows],
    }
    content[HASH] = content_hash(content)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = _free(folder, name or str(found.as_of))
        with path.open("x", encoding="utf-8") as file:
            json.dump(content, file, indent=1, ensure_ascii=False)
            file.write("\n")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise CannotWrite(f"the forecast could not be written to {shown(str(folder))}: {reason}") from None
    return path


def read_frozen(path: Path | str) -> FrozenForecast:
    """Return a frozen forecast, or raise where it was edited."""
    path = Path(path)
    where = path.name
    content = json_values(file_text(path), where)
    if isinstance(content, dict) and HASH in content and content_hash(content) != content[HASH]:
        raise InvalidFile(
            f"{where} was edited: its content no longer has the hash that it was frozen with. "
            "Restore it, and put a new version beside it"
        )
    found = model_of(content, FrozenContent, where)
    return FrozenForecast(path, found.forecast(), dict(found.provenance))


def content_hash(content: dict[str, Any]) -> str:
    """Return the SHA-256 of everything in a frozen forecast but its hash.

    Examples
    --------
    >>> content_hash({"rows": []}) == content_hash({"rows": [], "sha256": "anything"})
    True
    """
    return full_hash(canonical({key: value for key, value in content.items() if key != HASH}))


def record_hash(scenario: Scenario) -> str:
    """Return the SHA-256 of the moves and agreements of a dispute's record, as they lie in its folder."""
    whole = sha256()
    folders = () if scenario.folder is None else (scenario.folder / RECORD, scenario.folder / AGREEMENTS)
    for path in sorted((path for folder in folders for path in folder.glob("*")), key=lambda path: path.name):
        if path.suffix in (".csv", ".toml"):
            whole.update(path.name.encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()


def _free(folder: Path, name: str) -> Path:
    version = 1
    while (path := folder / (f"{name}.json" if version == 1 else f"{name}-v{version}.json")).exists():
        version += 1
    return path
