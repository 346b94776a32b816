"""Files of numbers with ranges and sources: a country's facts, a calibration."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field, field_validator

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
