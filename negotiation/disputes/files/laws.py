"""The file `laws.toml`: the laws on which levels rest, and the cases and clocks that may move instruments."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal, Self

from pydantic import Field, model_validator

from negotiation.base.reading.models import FileModel
from negotiation.disputes.dates import Day

# What a level rests on that names no law.
STANDING = "standing law"

ONE_DAY = timedelta(days=1)


class Law(FileModel):
    """A law on which levels of instruments rest, with the days on which it is in force.

    Examples
    --------
    >>> Law(name="Export Control Law").lost_with_state
    False
    """

    name: str = Field(min_length=1, description="name that levels refer to")
    since: Day | None = Field(None, description="first day in force; absent where it stood before")
    until: Day | None = Field(None, description="last day in force; absent while it lasts")
    lost_with_state: bool = Field(
        False, description="whether the state's `authority` component switches it off"
    )
    source: str = Field("", description="title of the source")
    note: str = Field("", description="what it is")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.name == STANDING:
            raise ValueError(
                f"the name {STANDING!r} is reserved for a law that is always in force; leave this law out "
                "or give it another name"
            )
        if self.until is not None and self.since is not None and self.until < self.since:
            raise ValueError(f"`until` must not be before `since`, {self.since}; got {self.until}")
        if not self.source and (self.since or self.until or self.lost_with_state):
            raise ValueError("a law with `since`, `until` or `lost_with_state` needs a `source`")
        return self


class Docket(FileModel):
    """A dated case or clock of the law that may move an instrument, with its chance as seen on a day.

    A statute's clock opens and ends on the same day. No player decides the outcome, so games treat it as a
    move of nature.

    Examples
    --------
    >>> day = date(2027, 6, 23)
    >>> clock = Docket(
    ...     name="chips", country="USA", instrument="tariff", direction="up", known=date(2025, 12, 23),
    ...     opens=day, ends=day, chance=0.5, low=0.2, high=0.8, assumption=True,
    ... )
    >>> clock.pending(date(2026, 1, 1)), clock.comes(day, date(2027, 7, 1), as_of=date(2026, 1, 1))
    (True, 0.5)
    """

    name: str = Field(min_length=1, description="name of the case or clock")
    title: str = Field("", description="what it is, in a few words")
    country: str = Field(description="country whose instrument it moves")
    instrument: str = Field(description="instrument that it moves")
    direction: Literal["up", "down"] = Field(description="which way it moves the instrument")
    known: Day = Field(description="day from which the chance was public")
    opens: Day = Field(description="first day on which it may come")
    ends: Day = Field(description="last day on which it may come")
    decided: Day | None = Field(
        None, description="day on which it was decided, either way; absent while open"
    )
    chance: float = Field(ge=0, le=1, description="chance that it moves the instrument this way")
    low: float = Field(ge=0, le=1, description="lower end of the chance's range")
    high: float = Field(ge=0, le=1, description="upper end of the chance's range")
    assumption: bool = Field(False, description="whether the chance has no source")
    source: str = Field("", description="title of the source of the chance")
    source_url: str = Field("", description="its address")
    note: str = Field("", description="how the chance was taken from it")
    law: str | None = Field(None, description="law that is lost where it comes, `lost_with_state`")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.low <= self.chance <= self.high:
            raise ValueError(
                f"expected low <= chance <= high; got low = {self.low}, chance = {self.chance}, high = "
                f"{self.high}"
            )
        if not self.opens <= self.ends:
            raise ValueError(f"`ends` must not be before `opens`, {self.opens}; got {self.ends}")
        if not self.source and not self.assumption:
            raise ValueError("a chance needs a `source` or `assumption = true`")
        if self.law is not None and self.opens == self.ends:
            raise ValueError(
                f"`opens` and `ends` are the same day, {self.ends}, so this is a clock, and a clock cannot "
                "name a `law` that is lost; leave out `law`, or give a later day in `ends`"
            )
        return self

    def pending(self, day: date) -> bool:
        """Return whether the docket was public, undecided and not yet expired at the end of a day."""
        return self.known <= day < self.ends and (self.decided is None or day < self.decided)

    def comes(self, first: date, end: date, *, as_of: date) -> float:
        """Return the chance, as seen on the day `as_of`, that the move comes from `first` until `end`.

        The day `end` itself does not count. All remaining days are taken as equally likely. The chance is 0
        if the docket is not pending on the day `as_of`.
        """
        if not self.pending(as_of):
            return 0.0
        begins, over = max(self.opens, as_of + ONE_DAY), self.ends + ONE_DAY
        within = (min(end, over) - max(first, begins)).days
        return self.chance * max(within, 0) / (over - begins).days


class LawsFile(FileModel):
    """The file `laws.toml` of a dispute."""

    laws: tuple[Law, ...] = Field((), description="every law that a level names")
    dockets: tuple[Docket, ...] = Field((), description="cases and clocks that may move an instrument")
