"""Clauses of an agreement, and the readings of the vague ones."""

from __future__ import annotations

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from negotiation.base.reading.models import FileModel
from negotiation.disputes.files.names import CountryCode, Listed
from negotiation.disputes.observation import Verifiability
from negotiation.truces.record.moves import Sourced

Observed: TypeAlias = Literal[
    "complied", "complied (announced)", "complied on paper", "complied, then ended", "partly complied",
    "not met", "open", "unknown", "disputed", "unresolved", "outside the deal", "exploited",
]  # fmt: skip


CLAUSE_ID = r"^[A-Z]{1,2}\d{2,3}$"


class Clause(Sourced):
    """One clause of an agreement, or one gap that the record names (`covered` is then false).

    Examples
    --------
    >>> from negotiation.truces.record.agreement_text import agreement_text
    >>> clause = agreement_text("2025-05-geneva").clauses[4]
    >>> clause.id, clause.side, clause.instrument, clause.verifiability
    ('T05', 'CHN', 'rare_earth_curb', 'low')
    """

    id: str = Field(pattern=CLAUSE_ID, description="capitals and two or three digits")
    side: Annotated[str, Field(pattern=r"^([A-Z]{3}|both)$", description="who is bound: a country, or both")]
    record_instrument: str = Field(min_length=1, description="the instrument in the words of the record")
    instrument: Listed | None = Field(None, description="instrument of the model; absent if none fits")
    level: Listed | None = Field(None, description="highest level allowed; absent where none is set")
    obligation: str = Field(min_length=1, description="what is to be done, or what is left out")
    duration: str = Field("", description="how long, in the words of the record")
    covered: bool = Field(description="whether the agreement binds the side in this")
    verifiability: Verifiability = Field(description="how well others can check")
    verifiability_note: str = Field("", description="by what it can be checked, or why not")
    observed: Observed = Field(description="what had been observed when the file was written")
    observed_detail: str = Field("", description="summary of what was observed")

    @model_validator(mode="after")
    def _check_level(self) -> Self:
        if self.level and not (self.covered and self.instrument and self.side != "both"):
            raise ValueError(
                "only a covered clause of one side with an instrument may prescribe a `level`; got the level "
                f"{self.level!r}. Remove it, or give `covered = true`, an `instrument` and one `side`"
            )
        return self

    @property
    def binds_nothing(self) -> bool:
        """Whether the clause prescribes no level although it is covered and can be checked.

        A clause of both sides without an instrument of the model does not count.
        """
        # The author of such a clause most likely forgot the level, and is warned of it.
        could = self.covered and self.verifiability in ("high", "medium")
        return could and self.level is None and not (self.side == "both" and self.instrument is None)

    @property
    def goes_unseen(self) -> bool:
        """Whether the clause prescribes a level that others cannot check, without a note that says why."""
        return self.covered and self.level is not None and not (self.checkable or self.verifiability_note)

    @property
    def checkable(self) -> bool:
        """Whether the clause prescribes a level that others can check."""
        return self.covered and self.level is not None and self.verifiability in ("high", "medium")


class ReadTerm(FileModel):
    """A level that the agreement prescribes under a reading.

    Examples
    --------
    >>> ReadTerm(country="CHN", instrument="rare_earth_curb", level="april_licensing", how="kept").level
    'april_licensing'
    """

    country: CountryCode
    instrument: Listed = Field(description="instrument of the model")
    level: Listed = Field(description="highest level allowed under the reading")
    how: Literal["added", "kept", "frozen"] = Field(
        description="added by the reading; kept as it was, by right; frozen at the level of the signing"
    )
    verifiability: Verifiability | None = Field(
        None, description="how well others can check the level; as for the clause if absent"
    )


class Reading(Sourced):
    """One side's understanding of a vague clause.

    Examples
    --------
    >>> from negotiation.truces.record.agreement_text import agreement_text
    >>> [reading.side for reading in agreement_text("2025-05-geneva").readings]
    ['USA', 'CHN']
    """

    side: CountryCode
    name: str = Field("", description="name of the reading; the side's code and `reading` if absent")
    clause: str = Field(pattern=CLAUSE_ID, description="id of the clause that is read")
    prior: float = Field(gt=0, le=1, description="probability that the side holds this reading")
    prior_assumption: bool = Field(
        description=("whether the prior is assumed uniform, since there is no source")
    )
    basis: str = Field(min_length=1, description="evidence for the reading")
    terms: tuple[ReadTerm, ...] = Field(min_length=1, description="levels that the reading prescribes")

    @property
    def label(self) -> str:
        """The name of the reading; if it has none, the side's code and "reading"."""
        return self.name or f"{self.side} reading"
