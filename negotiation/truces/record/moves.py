"""The dated moves of the record, July 2018 to November 2025, and the posture that 2025 began with.

Each row keeps what its source says (`raw_before`, `raw_after`) beside what the model makes of it: the
instrument and the level in force after the move, or for a tariff the average rate in percent, from which the
level is snapped. A row that the model has no instrument for is kept with the reason. Confidence is that of
the source and is never raised.
"""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from negotiation.reading.models import load_csv, load_toml
from negotiation.world.dates import RecordDate

RECORDS = Path(__file__).parents[1] / "records"

Country = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="country, ISO 3166 alpha-3")]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Confidence = Literal["high", "medium", "low"]


class Sourced(BaseModel):
    """A fact with its source. `confidence` is that of the source as read.

    Examples
    --------
    >>> Sourced(source_title="Joint statement, Geneva", confidence="high").source_url
    ''
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    source_title: str = Field(min_length=1, description="title of the source")
    source_url: str = Field("", description="address of the source; empty where it was read without one")
    confidence: Confidence = Field(description="high: clearly stated in what was read; medium; low")


class MoveRecord(Sourced):
    """One dated move, as the source gives it and as the model reads it.

    Examples
    --------
    >>> move = next(row for row in load_moves() if row.id == "E041")
    >>> str(move.announced), move.actor, move.instrument, move.level
    ('2025-05-13', 'USA', 'chip_control', 'ascend_guidance')
    """

    id: str = Field(pattern=r"^E\d{3}[a-z]?$", description="E and three digits; a letter for a derived row")
    announced: RecordDate = Field(description="when the move was announced")
    effective: RecordDate | None = Field(None, description="when it took effect; empty where not known")
    ended: RecordDate | None = Field(None, description="when it ended, was suspended or is due to end")
    actor: Country
    agency: str = Field(min_length=1, description="the agency that moved")
    record_instrument: str = Field(min_length=1, description="the instrument in the words of the record")
    instrument: Identifier | None = Field(None, description="instrument of the model; empty if none fits")
    reason: str = Field("", description="why the row maps to no instrument; empty where it maps")
    direction: Literal["escalate", "de-escalate", "hold"] = Field(description="which way the move goes")
    raw_before: str = Field("", description="state before the move, as recorded")
    raw_after: str = Field("", description="state after the move, as recorded")
    level: Identifier | None = Field(None, description="level in force after the move; empty for tariffs")
    value: float | None = Field(None, ge=0, le=1000, description="average tariff after the move, percent")
    definition: Literal["piie_average", "piie_average_derived"] | None = Field(
        None, description="what `value` is: a PIIE average, or one plus points that the record states"
    )
    status: Literal["applied", "threatened"] = Field(description="whether the move was carried out")
    mapping_note: str = Field("", description="why this level or value")
    scope: str = Field("", description="goods, firms or persons that the move reaches")
    legal_basis: str = Field("", description="law, order or notice behind the move")
    triggered_by: str | None = Field(None, description="id of the move that this one answers")
    truce: str | None = Field(None, description="name of the agreement that it falls under")
    derived_from: str | None = Field(None, description="id of the row that a derived row rests on")

    @model_validator(mode="after")
    def _check_mapping(self) -> Self:
        if self.announced.never_applied or (self.effective and self.effective.never_applied):
            raise ValueError("'never applied' belongs in `ended` alone")
        if (self.instrument is None) == (self.reason == ""):
            raise ValueError("give either `instrument` or `reason` (why no instrument fits), and not both")
        if (self.value is None) != (self.definition is None):
            raise ValueError("`value` and `definition` come together")
        if self.instrument is None and (self.level or self.value is not None):
            raise ValueError("a row without an instrument has neither `level` nor `value`")
        if self.instrument == "tariff" and (self.level or (self.value is None and not self.mapping_note)):
            raise ValueError("a tariff row has no `level`; it has a `value`, or a `mapping_note` why not")
        if self.instrument not in (None, "tariff") and (self.level is None or self.value is not None):
            raise ValueError("a row of an instrument other than the tariff has a `level` and no `value`")
        return self


class PostureEntry(Sourced):
    """The level of one instrument on the first day, with its source.

    Examples
    --------
    >>> entry = initial_posture().entries[0]
    >>> entry.country, entry.instrument, entry.level
    ('USA', 'tariff', 'january')
    """

    country: Country
    instrument: Identifier = Field(description="instrument of the model")
    level: Identifier = Field(description="level in force on the day")
    value: float | None = Field(None, ge=0, le=1000, description="PIIE average tariff, percent")
    moves: tuple[str, ...] = Field((), description="ids of the moves that show the level")
    assumption: bool = Field(False, description="whether the level is assumed: no source states it")
    note: str = Field(min_length=1, description="what the level rests on")


class InitialPosture(BaseModel):
    """The postures of both countries on one day, before the moves that follow it.

    Examples
    --------
    >>> posture = initial_posture()
    >>> str(posture.day), len(posture.entries)
    ('2025-01-20', 12)
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    day: RecordDate = Field(description="the day on which the levels were in force")
    entries: tuple[PostureEntry, ...] = Field(min_length=1, description="one entry an instrument")


@cache
def load_moves() -> tuple[MoveRecord, ...]:
    """Return the moves of the record, by the first day on which each can have been announced.

    Raises
    ------
    InvalidFile
        The table of moves has a fault; every faulty row is named.

    Examples
    --------
    >>> moves = load_moves()
    >>> len(moves), str(moves[0].announced), str(moves[-1].announced)
    (96, '2018-06-20', '2025-11-26')
    """
    return load_csv(RECORDS / "moves.csv", MoveRecord)


@cache
def initial_posture() -> InitialPosture:
    """Return the postures of 20 January 2025.

    Raises
    ------
    InvalidFile
        The file has a fault.

    Examples
    --------
    >>> {entry.instrument: entry.level for entry in initial_posture().entries}["minerals_ban"]
    'banned'
    """
    return load_toml(RECORDS / "initial_posture.toml", InitialPosture)
