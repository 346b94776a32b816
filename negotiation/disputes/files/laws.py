"""The laws on which levels rest, as they lie in `laws.toml`."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from negotiation.base.reading.models import FileModel
from negotiation.disputes.dates import Day

# What a level rests on that names no law.
STANDING = "standing law"


class Law(FileModel):
    """A law on which levels of instruments rest, and since when it has been in force.

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
            raise ValueError(f"`{STANDING}` is always there; leave it out")
        if self.until is not None and self.since is not None and self.until < self.since:
            raise ValueError(f"`until` must not be before `since`; got {self.since} and {self.until}")
        if not self.source and (self.since or self.until or self.lost_with_state):
            raise ValueError("a law that has a day, or can be lost, needs a `source`")
        return self


class LawsFile(FileModel):
    """The file `laws.toml` of a dispute."""

    laws: tuple[Law, ...] = Field((), description="every law that a level names")
