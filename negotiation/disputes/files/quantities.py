"""Files of numbers with ranges and sources: a country's facts, a calibration."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from negotiation.base.reading.models import FileModel
from negotiation.disputes.dates import Day
from negotiation.disputes.files.instrument_file import PayoffFile
from negotiation.disputes.files.names import CountryCode, Identifier
from negotiation.disputes.quantity import Quantity


class Calibration(FileModel):
    """A named, dated set of parameters, from `calibrations/<name>.toml` of a dispute."""

    name: str = Field(pattern=r"^[a-z0-9-]+$", description="name of the file")
    title: str = Field(min_length=1, description="name in prose")
    date: Day = Field(description="day up to which sources were read")
    parameters: Mapping[str, Quantity] = Field(description="parameters by name")
    extends: str | None = Field(
        None, description="calibration whose parameters and payoffs hold where none is given"
    )
    payoffs: Mapping[Identifier, PayoffFile] = Field(
        {}, description="by instrument the payoff that holds in place of the one in its file"
    )
    # The parameters of the calibration that it extends, whether anything still reads them or not: draws of
    # the two agree in what both read.
    inherited: Mapping[str, Quantity] = Field({}, exclude=True, description="no field of a file")

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of its parameters and payoffs: the part of each name before the first dot."""
        return tuple(dict.fromkeys(name.partition(".")[0] for name in (*self.parameters, *self.payoffs)))

    def only(self, groups: Collection[str]) -> Self:
        """Return the calibration with only the payoffs and parameters of some groups."""
        return self.model_copy(
            update={
                "parameters": {n: q for n, q in self.parameters.items() if n.partition(".")[0] in groups},
                "payoffs": {name: file for name, file in self.payoffs.items() if name in groups},
            }
        )


SOURCES = "payoff_sources.csv"


class SourceRow(FileModel):
    """A statement of a source on a payoff, and the use of it, from `payoff_sources.csv` of a dispute."""

    parameter: str = Field(min_length=1, description="what it speaks of")
    holder: str = Field("", description="whose payoff it is")
    value: float | None = Field(None, allow_inf_nan=False, description="its number; empty without one")
    low: float | None = Field(None, allow_inf_nan=False, description="its least number")
    high: float | None = Field(None, allow_inf_nan=False, description="its greatest number")
    unit: str = Field("", description="unit of its numbers")
    date: str = Field("", description="date of what it measures")
    source: str = Field(min_length=1, description="title of the source, or what was looked for")
    address: str = Field("", pattern=r"^(https?://.*)?$", description="address of the page that was read")
    quote: str = Field("", description="what was read there")
    mapping: str = Field("", description="how the number follows from it")
    read: str = Field(min_length=1, description="how much of it was read")
    standing: Literal["primary", "press", "low", "none"] = Field(
        description="a study or an office; the press; a repost, a tabloid or a blog; no source"
    )
    known_from: Day | None = Field(None, description="day on which it was published")
    taken: Literal["yes", "bound", "no"] = Field(description="whether a calibration takes it over")
    into: str = Field("", description="the parameters that take it over, with semicolons between them")
    reason: str = Field("", description="why it is not taken over")

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters that take it over."""
        return tuple(name.strip() for name in self.into.split(";") if name.strip())

    @model_validator(mode="after")
    def _check(self) -> Self:
        numbers = [x for x in (self.low, self.value, self.high) if x is not None]
        if numbers != sorted(numbers):
            raise ValueError(
                "the numbers given must satisfy low <= value <= high; got "
                f"low = {self.low}, value = {self.value}, high = {self.high}"
            )
        if (self.taken == "no") == (not self.reason):
            raise ValueError(
                "a row with `taken` = no needs a `reason`, and any other row must leave `reason` empty; got "
                f"`taken` = {self.taken}"
            )
        if (self.taken == "no") == bool(self.parameters):
            raise ValueError(
                "a row that is taken over must name parameters in `into`, and a row with `taken` = no must "
                f"leave `into` empty; got `taken` = {self.taken}"
            )
        if self.taken != "no" and self.standing == "none":
            raise ValueError(
                "a row without a source cannot be taken over; set `taken` to no, or give the source and its "
                "`standing`"
            )
        return self


class Country(FileModel):
    """A country's facts, from `countries/<iso3>.toml` of a dispute."""

    iso3: CountryCode = Field(description="three-letter code, upper case")
    name: str = Field(min_length=1, description="name in prose")
    facts: Mapping[str, Quantity] = Field(description="facts by name; `gdp` is required")

    @field_validator("facts")
    @classmethod
    def _has_gdp(cls, facts: Mapping[str, Quantity]) -> Mapping[str, Quantity]:
        if "gdp" not in facts:
            raise ValueError("the fact `gdp` is missing; add it")
        return facts
