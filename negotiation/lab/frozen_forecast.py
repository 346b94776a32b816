"""Frozen forecasts: written once with their provenance and hash, never edited.

A frozen forecast is a JSON file, named by the last day that the forecast used. Its hash covers everything
else in the file, so that an edit is detected. A changed forecast is a new version next to it
("2025-11-30-v2.json").
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import FailFast, Field, model_validator

from negotiation.base.reading.hashes import canonical, full_hash
from negotiation.base.reading.models import FileModel, model_of
from negotiation.base.reading.plain_values import json_values
from negotiation.base.reading.text import file_text
from negotiation.disputes import Scenario
from negotiation.errors import CannotWrite, InvalidFile, shown
from negotiation.lab.fingerprint import library_versions, package_hash
from negotiation.lab.provenance import checkout, now
from negotiation.lab.scenarios import scenario_hash
from negotiation.truces.prediction.forecast_rows import Forecast
from negotiation.truces.prediction.months import RENEWED, ForecastRow, month_number
from negotiation.truces.prediction.questions import Month
from negotiation.truces.record.agreement_text import AGREEMENTS
from negotiation.truces.record.timeline import RECORD

HASH = "sha256"


@dataclass(frozen=True)
class FrozenForecast:
    """A forecast that was frozen, with its file and its provenance."""

    path: Path
    forecast: Forecast
    # Commit, hashes of code, calibration and record, versions, and time of freezing, by name.
    provenance: dict[str, Any]


def freeze(
    forecast: Forecast,
    scenario: Scenario,
    folder: Path,
    *,
    name: str | None = None,
    also: Mapping[str, object] | None = None,
) -> Path:
    """Write a forecast with its provenance and hash to a new file, and return its path.

    The file is `<name>.json` in `folder`, where `name` is by default the last day that was seen. No file is
    overwritten: if the name is taken, the new file is the next version, such as `<name>-v2.json`. The entries
    of `also` are added to the provenance. Raise `CannotWrite` if the file cannot be written.
    """
    commit, dirty = checkout()
    content: dict[str, Any] = {
        "truce": forecast.truce,
        "as_of": str(forecast.as_of),
        # Fields of the first model, which played forward: kept, so that one form reads all files.
        "mechanisms": [],
        "paths": 0,
        "draws": forecast.draws,
        "seed": 0,
        "provenance": {
            "commit": commit,
            "dirty": dirty,
            "code": package_hash(),
            "calibration": scenario_hash(scenario),
            "record": record_hash(scenario),
            "versions": library_versions(),
            "made": now(),
            **({"theories": list(forecast.theories)} if forecast.theories else {}),
            **(also or {}),
        },
        "rows": [asdict(row) for row in forecast.rows],
    }
    content[HASH] = content_hash(content)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = _free(folder, name or str(forecast.as_of))
        with path.open("x", encoding="utf-8") as file:
            json.dump(content, file, indent=1, ensure_ascii=False)
            file.write("\n")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise CannotWrite(
            f"the forecast could not be written to {shown(str(folder))}: {reason}. Choose another folder"
        ) from None
    return path


def read_frozen(path: Path | str) -> FrozenForecast:
    """Return a frozen forecast, or raise `InvalidFile` if its file was edited or is faulty."""
    path = Path(path)
    where = path.name
    content = json_values(file_text(path), where)
    if isinstance(content, dict) and HASH in content and content_hash(content) != content[HASH]:
        raise InvalidFile(
            f"{where} has been edited: its content no longer has the hash with which it was frozen. "
            "Restore it, and save a changed version under another name"
        )
    read = model_of(content, FrozenContent, where)
    return FrozenForecast(path, read.forecast(), dict(read.provenance))


def content_hash(content: dict[str, Any]) -> str:
    """Return the SHA-256 of everything in a frozen forecast except its hash.

    Examples
    --------
    >>> content_hash({"rows": []}) == content_hash({"rows": [], "sha256": "anything"})
    True
    """
    return full_hash(canonical({key: value for key, value in content.items() if key != HASH}))


def record_hash(scenario: Scenario) -> str:
    """Return the SHA-256 of the CSV and TOML files of moves and agreements in a dispute's folder."""
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


# First and last day that a forecast may be of: at the calendar's ends a month has none before or after.
FIRST, LAST = date(1900, 1, 1), date(2199, 12, 31)

Probability = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Name = Annotated[str, Field(min_length=1, max_length=100)]


class FrozenRow(FileModel):
    """One probability in a file: 0 <= low <= probability <= high <= 1.

    Examples
    --------
    >>> FrozenRow(month="2026-01", actor="USA", instrument="tariff", direction="up", probability=0.2,
    ...           low=0.1, high=0.3).row().probability
    0.2
    """

    month: Month
    actor: str = Field(pattern=r"^([A-Z]{3}|both)$", description="a country, or both for a renewal")
    instrument: Name = Field(description="the instrument, or for a renewal the leg")
    direction: Literal["up", "down", "renewed"] = Field(description="which way the move goes")
    probability: Probability = Field(description="of at least one such move in the month")
    low: Probability = Field(description="lower end of the band over parameter draws")
    high: Probability = Field(description="upper end of the band over parameter draws")

    @property
    def series(self) -> str:
        """Actor, instrument and direction."""
        return f"{self.actor} {self.instrument} {self.direction}"

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.actor == "both") != (self.direction == RENEWED):
            raise ValueError(
                "`both` must be the actor of a renewal and of no other row; got the actor "
                f"{self.actor!r} and the direction {self.direction!r}"
            )
        if not self.low <= self.probability <= self.high:
            raise ValueError(
                f"expected low <= probability <= high; got low = {self.low}, probability = "
                f"{self.probability}, high = {self.high}"
            )
        return self

    def row(self) -> ForecastRow:
        """Return the row of a forecast."""
        return ForecastRow(**self.model_dump())


class FrozenContent(FileModel):
    """The content of a frozen forecast's file.

    Rows are in the order of their months, and each series (actor, instrument, direction) has consecutive
    months, each once. Renewals come last, in any order and with gaps. Each month begins after the last day
    seen. The month of a renewal may also be the month of that day.
    """

    truce: Name = Field(description="the agreement")
    as_of: date = Field(description="last day that was seen")
    mechanisms: tuple[Name, ...] = Field(
        description="mechanisms of the first model; empty in forecasts of later ones"
    )
    paths: int = Field(ge=0, description="simulated paths per draw; 0 if chances are exact")
    draws: int = Field(ge=0, description="parameter draws behind the band")
    seed: int = Field(ge=0, description="seed of the simulated paths; 0 if there are none")
    provenance: Mapping[str, object] = Field(description="what the forecast was made from")
    rows: Annotated[tuple[FrozenRow, ...], FailFast()] = Field(min_length=1, description="the probabilities")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="hash of everything else")

    @model_validator(mode="after")
    def _each_series_once(self) -> Self:
        seen = set[tuple[str, str]]()
        for row in self.rows:
            if (row.series, row.month) in seen:
                raise ValueError(
                    f"{row.month} {row.series} occurs twice, but each month of a series must occur once; "
                    "remove a row"
                )
            seen.add((row.series, row.month))
        # A renewal's place is after all months, which are texts of digits.
        months = [RENEWED if row.direction == RENEWED else row.month for row in self.rows]
        if months != sorted(months):
            raise ValueError(
                "the rows must be in the order of their months, and renewals after all others; sort them"
            )
        return self

    @model_validator(mode="after")
    def _after_what_was_seen(self) -> Self:
        if not FIRST <= self.as_of <= LAST:
            raise ValueError(f"`as_of` must lie between {FIRST} and {LAST}; got {self.as_of}")
        seen, last = month_number(self.as_of), dict[str, FrozenRow]()
        for row in self.rows:
            month, renewal = _number(row.month), row.direction == RENEWED
            if month < seen + (not renewal):
                raise ValueError(
                    f"{row.series} of {row.month} is not after {self.as_of}, the last day used; remove the "
                    "row"
                )
            before = last.get(row.series)
            if before is not None and not renewal and month > _number(before.month) + 1:
                raise ValueError(
                    f"{row.series} has {before.month} and then {row.month}, but a month "
                    "between them is missing; add it"
                )
            last[row.series] = row
        return self

    def forecast(self) -> Forecast:
        """Return the forecast that was frozen."""
        rows = tuple(row.row() for row in self.rows)
        given = self.provenance.get("theories", ())
        theories = tuple(map(str, given)) if isinstance(given, (list, tuple)) else ()
        return Forecast(self.truce, self.as_of, rows, self.draws, theories)


def _number(month: str) -> int:
    return month_number(date.fromisoformat(f"{month}-01"))
