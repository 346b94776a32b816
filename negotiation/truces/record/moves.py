"""Models of the files of a dispute's record: dated moves, the initial posture, the map of words.

Each row has the words of its source (`raw_before`, `raw_after`) and the model's reading of them: the
instrument and the level in force after the move. In place of a level, a row may have a value, such as the
average rate of a tariff in percent, from which the nearest level is taken. A row that fits no instrument of
the model is kept, with the reason. The confidence of every row comes from its source and is never raised.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from negotiation.base.reading.models import FileModel
from negotiation.disputes.components import SIZES
from negotiation.disputes.dates import Day, RecordDate
from negotiation.disputes.files.names import CountryCode, Identifier, Listed
from negotiation.truces.numerics import NUMERICS

Confidence = Literal["high", "medium", "low"]
Reason = Annotated[str, Field(min_length=1)]


class Sourced(FileModel):
    """A fact with its source. `confidence` is the confidence in the source as read.

    Examples
    --------
    >>> Sourced(source_title="Joint statement, Geneva", confidence="high").source_url
    ''
    """

    model_config = ConfigDict(allow_inf_nan=False)

    source_title: str = Field(min_length=1, description="title of the source")
    source_url: str = Field("", description="address of the source; empty where it was read without one")
    confidence: Confidence = Field(description="high: clearly stated in what was read; medium; low")


class MoveRecord(Sourced):
    """One dated move, in the words of the source and as the model reads it.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> from negotiation.truces.record.timeline import load_moves
    >>> move = next(row for row in load_moves(load_scenario("us-china-2025")) if row.id == "E041")
    >>> str(move.announced), move.actor, move.instrument, move.level
    ('2025-05-13', 'USA', 'chip_control', 'ascend_guidance')
    """

    id: str = Field(
        pattern=r"^[A-Z]{1,2}\d{2,3}[a-z]?$", description="capitals, digits, a letter for a derived row"
    )
    announced: RecordDate = Field(description="when the move was announced")
    effective: RecordDate | None = Field(None, description="when it took effect; empty where not known")
    ended: RecordDate | None = Field(None, description="when it ended, was suspended or is due to end")
    actor: CountryCode
    agency: str = Field(min_length=1, description="the agency that moved")
    record_instrument: str = Field(min_length=1, description="the instrument in the words of the record")
    instrument: Listed | None = Field(None, description="instrument of the model; empty if none fits")
    reason: str = Field("", description="why the row maps to no instrument; empty where it maps")
    direction: Literal["escalate", "de-escalate", "hold"] = Field(description="which way the move goes")
    raw_before: str = Field("", description="state before the move, as recorded")
    raw_after: str = Field("", description="state after the move, as recorded")
    level: Listed | None = Field(None, description="level in force after the move; empty beside a `value`")
    value: float | None = Field(
        None,
        ge=0,
        le=1000,
        description="measure after the move, in the unit of the levels; snaps to the nearest",
    )
    definition: Identifier | None = Field(
        None, description="what `value` is, such as piie_average, or piie_average_derived from stated points"
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
            raise ValueError(
                "'never applied' is allowed in `ended` only; give days in `announced` and `effective`"
            )
        begun = self.announced.earliest
        if self.effective and self.effective.latest < begun - dt.timedelta(NUMERICS.known_late):
            raise ValueError(
                f"`effective`, {self.effective}, is more than {NUMERICS.known_late} days before `announced`, "
                f"{self.announced}; correct one of them"
            )
        if self.ended and not self.ended.never_applied and self.ended.latest < begun:
            raise ValueError(
                f"`ended`, {self.ended}, is before `announced`, {self.announced}; correct one of them"
            )
        for name in ("triggered_by", "derived_from"):
            if getattr(self, name) == self.id:
                raise ValueError(
                    f"`{name}` names the row itself, {self.id}; name another row, or leave it empty"
                )
        if (self.instrument is None) == (self.reason == ""):
            raise ValueError("give either `instrument` or `reason` (why no instrument fits), and not both")
        if (self.value is None) != (self.definition is None):
            raise ValueError("only one of `value` and `definition` is given; give both or neither")
        if self.instrument is None and (self.level or self.value is not None):
            raise ValueError(
                "a row without an instrument must have neither `level` nor `value`; remove them, or name the "
                "`instrument`"
            )
        if self.level and self.value is not None:
            raise ValueError("give either `level` or `value`, and not both")
        if self.instrument and not self.level and self.value is None and not self.mapping_note:
            raise ValueError(
                "a row with an instrument needs a `level`, a `value`, or a `mapping_note` that says why not"
            )
        return self


class PostureEntry(Sourced):
    """The level of one country's instrument on the day of a posture, with its source.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> from negotiation.truces.record.timeline import initial_posture
    >>> entry = initial_posture(load_scenario("us-china-2025")).entries[0]
    >>> entry.country, entry.instrument, entry.level
    ('USA', 'tariff', 'january')
    """

    country: CountryCode
    instrument: Listed = Field(description="instrument of the model")
    level: Listed = Field(description="level in force on the day")
    value: float | None = Field(None, ge=0, le=1000, description="its measure, in the unit of the levels")
    moves: tuple[str, ...] = Field((), description="ids of the moves that show the level")
    assumption: bool = Field(False, description="whether the level is assumed: no source states it")
    note: str = Field(min_length=1, description="evidence for the level")


class RecordState(FileModel):
    """Dependence and stocks when the record begins to follow them.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> from negotiation.truces.record.timeline import initial_posture
    >>> initial_posture(load_scenario("us-china-2025")).state.stocks
    2
    """

    day: Day = Field(description="day from which they are followed, not before the day of the levels")
    curb_dependence: int | None = Field(
        None, ge=0, lt=SIZES["curb_dependence"], description="0 low to 2 full; as in the scenario if absent"
    )
    control_dependence: int | None = Field(
        None,
        ge=0,
        lt=SIZES["control_dependence"],
        description="0 low to 2 full; as in the scenario if absent",
    )
    stocks: int | None = Field(
        None, ge=0, lt=SIZES["stocks"], description="0 gone to 2 full; as in the scenario if absent"
    )
    assumption: bool = Field(False, description="whether it is assumed: no source states it")
    note: str = Field(min_length=1, description="evidence for it")


class InitialPosture(FileModel):
    """The postures of both countries on one day, before the moves that follow it.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> from negotiation.truces.record.timeline import initial_posture
    >>> posture = initial_posture(load_scenario("us-china-2025"))
    >>> str(posture.day), len(posture.entries)
    ('2025-01-20', 12)
    """

    day: RecordDate = Field(description="the day on which the levels were in force")
    entries: tuple[PostureEntry, ...] = Field(min_length=1, description="one entry an instrument")
    state: RecordState | None = Field(None, description="dependence and stocks, where the dispute has them")


class RecordMap(FileModel):
    """The instruments of the model that the words of a record may stand for.

    Examples
    --------
    >>> RecordMap(instruments={"talks": ()}).instruments["talks"]
    ()
    """

    instruments: Mapping[str, tuple[Listed, ...]] = Field(
        description="by instrument in the words of the record; none if none fits"
    )
    unscored_truces: Mapping[str, Reason] = Field(
        default_factory=dict,
        description="truces that moves name and no file of agreements describes, with the reason",
    )
