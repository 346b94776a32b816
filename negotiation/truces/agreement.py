"""The agreements of the record: their clauses, what they cover, and the readings that differ.

An agreement is a file `records/<yyyy-mm>-<place>.toml`, found by its name. A clause binds one side in one
instrument; a level that it prescribes is a ceiling. The text covers, as written, what its checkable clauses
prescribe; a vague clause covers nothing as written, and the readings say what each side takes it to mean.
"""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, model_validator

from negotiation.errors import UnknownTruce
from negotiation.truces.moves import RECORDS, Country, Identifier, Sourced
from negotiation.world.files import load_toml, names_in, path_of

Terms: TypeAlias = Mapping[tuple[str, str], str]
"""Level labels by country and instrument."""

_TRUCE_NAME = re.compile(r"\d{4}-\d{2}-[a-z][a-z0-9-]*")
Observed: TypeAlias = Literal[
    "complied", "complied (announced)", "complied on paper", "partly complied", "not met",
    "open", "unknown", "disputed", "unresolved", "outside the deal", "exploited",
]  # fmt: skip


class Clause(Sourced):
    """One clause of an agreement, or one gap that the record names (`covered` is then false).

    Examples
    --------
    >>> clause = truce("2025-05-geneva").clauses[4]
    >>> clause.id, clause.side, clause.instrument, clause.verifiability
    ('T05', 'CHN', 'rare_earth_curb', 'low')
    """

    id: str = Field(pattern=r"^T\d{2}$", description="T and two digits")
    side: Annotated[str, Field(pattern=r"^([A-Z]{3}|both)$", description="who is bound: a country, or both")]
    record_instrument: str = Field(min_length=1, description="the instrument in the words of the record")
    instrument: Identifier | None = Field(None, description="instrument of the model; absent if none fits")
    level: Identifier | None = Field(None, description="highest level allowed; absent where none is set")
    obligation: str = Field(min_length=1, description="what is to be done, or what is left out")
    duration: str = Field("", description="how long, in the words of the record")
    covered: bool = Field(description="whether the agreement binds the side in this")
    verifiability: Literal["high", "medium", "low", "none"] = Field(description="how well others can check")
    verifiability_note: str = Field("", description="by what it can be checked, or why not")
    observed: Observed = Field(description="what had been seen by 30 November 2025")
    observed_detail: str = Field("", description="what was seen, in short")

    @model_validator(mode="after")
    def _check_level(self) -> Self:
        if self.level and not (self.covered and self.instrument and self.side != "both"):
            raise ValueError("only a covered clause of one side, with an instrument, prescribes a `level`")
        return self

    @property
    def checkable(self) -> bool:
        """Whether the clause prescribes a level that somebody else can check."""
        return self.covered and self.level is not None and self.verifiability in ("high", "medium")


class ReadTerm(BaseModel):
    """A level that a reading takes the agreement to prescribe.

    Examples
    --------
    >>> ReadTerm(country="CHN", instrument="rare_earth_curb", level="april_licensing", how="kept").level
    'april_licensing'
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    country: Country
    instrument: Identifier = Field(description="instrument of the model")
    level: Identifier = Field(description="highest level allowed under the reading")
    how: Literal["added", "kept", "frozen"] = Field(
        description="added by the reading; kept as it was, by right; frozen at the level of the signing"
    )


class Reading(Sourced):
    """What one side takes a vague clause to mean.

    Examples
    --------
    >>> [reading.side for reading in truce("2025-05-geneva").readings]
    ['USA', 'CHN']
    """

    side: Country
    clause: str = Field(pattern=r"^T\d{2}$", description="id of the clause that is read")
    prior: float = Field(gt=0, le=1, description="probability that the side holds this reading")
    prior_assumption: bool = Field(description="whether the prior is assumed uniform, for want of a source")
    basis: str = Field(min_length=1, description="what the reading rests on")
    terms: tuple[ReadTerm, ...] = Field(min_length=1, description="levels that the reading prescribes")


class Agreement(BaseModel):
    """A dated agreement. Load one by name with `truce`.

    Examples
    --------
    >>> geneva = truce("2025-05-geneva")
    >>> str(geneva.in_force), geneva.clock_days, dict(geneva.covered())
    ('2025-05-14', 90, {('USA', 'tariff'): 'geneva', ('CHN', 'tariff'): 'geneva'})
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^\d{4}-\d{2}-[a-z][a-z0-9-]*$", description="name of the file")
    title: str = Field(min_length=1, description="name in prose")
    signed: date = Field(description="day of the agreement")
    in_force: date = Field(description="day from which its main terms were applied")
    window_start: date = Field(description="first day on which moves are set beside it")
    window_end: date = Field(description="last day on which moves are set beside it")
    amends: str | None = Field(None, description="name of the agreement that it amends")
    clock_days: int = Field(ge=0, description="days from `in_force` to its end; 0 where it has no clock")
    summary: str = Field(min_length=1, description="one sentence")
    clauses: tuple[Clause, ...] = Field(min_length=1, description="clauses and named gaps")
    readings: tuple[Reading, ...] = Field((), description="how the sides read a vague clause")

    @model_validator(mode="after")
    def _check_agreement(self) -> Self:
        if not self.window_start <= self.signed <= self.in_force <= self.window_end:
            raise ValueError("days must be in the order `window_start`, `signed`, `in_force`, `window_end`")
        ids = [clause.id for clause in self.clauses]
        if len(set(ids)) < len(ids) or any(reading.clause not in ids for reading in self.readings):
            raise ValueError("each clause has its own id, and a reading names one of them")
        checkable = {
            (clause.side, clause.instrument, clause.level) for clause in self.clauses if clause.checkable
        }
        if len(checkable) > len(self.covered()):
            raise ValueError("two clauses prescribe different levels for one instrument of one side")
        return self

    def covered(self) -> Terms:
        """Return the level that the text prescribes as written, from its `checkable` clauses."""
        return MappingProxyType(
            {
                (clause.side, str(clause.instrument)): str(clause.level)
                for clause in self.clauses
                if clause.checkable
            }
        )

    def as_read_by(self, side: str) -> Terms:
        """Return the terms as one side reads them: the text as written and what its readings add.

        Examples
        --------
        >>> truce("2025-05-geneva").as_read_by("USA")[("CHN", "rare_earth_curb")]
        'licences_flow'
        """
        terms = [term for reading in self.readings if reading.side == side for term in reading.terms]
        read = {(term.country, term.instrument): term.level for term in terms}
        return MappingProxyType({**self.covered(), **read})


def truce_names() -> tuple[str, ...]:
    """Return the names of the agreements in the records, by date.

    Examples
    --------
    >>> truce_names()
    ('2025-05-geneva', '2025-06-london', '2025-08-stockholm', '2025-10-busan')
    """
    return tuple(name for name in names_in(RECORDS) if _TRUCE_NAME.fullmatch(name))


def truce(name: str) -> Agreement:
    """Return the agreement of a name.

    Raises
    ------
    UnknownTruce
        No agreement of this name is in the records; the nearest names are offered.
    InvalidFile
        The file of the agreement has a fault.

    Examples
    --------
    >>> truce("2025-10-busan").covered()[("USA", "entity_list")]
    'listed_only'
    >>> truce("geneva")
    Traceback (most recent call last):
    ...
    negotiation.errors.UnknownTruce: no truce 'geneva'; did you mean '2025-05-geneva'? Known: ...
    """
    if name not in truce_names():
        raise UnknownTruce(name, truce_names())
    return _load(name)


@cache
def _load(name: str) -> Agreement:
    return load_toml(path_of(RECORDS, name, UnknownTruce), Agreement)
