"""Numbers with their ranges and sources, as they lie in files: a country's facts, a calibration."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field, field_validator

from negotiation.base.reading.models import FileModel
from negotiation.disputes.dates import Day
from negotiation.disputes.files.names import CountryCode
from negotiation.disputes.quantity import Quantity


class Calibration(FileModel):
    """A named, dated set of parameters, from `calibrations/<name>.toml` of a dispute."""

    name: str = Field(pattern=r"^[a-z0-9-]+$", description="name of the file")
    title: str = Field(min_length=1, description="name in prose")
    date: Day = Field(description="day up to which sources were read")
    parameters: Mapping[str, Quantity] = Field(description="parameters by name")


class Country(FileModel):
    """A country's facts, from `countries/<iso3>.toml` of a dispute."""

    iso3: CountryCode = Field(description="three-letter code, upper case")
    name: str = Field(min_length=1, description="name in prose")
    facts: Mapping[str, Quantity] = Field(description="facts by name; `gdp` is needed")

    @field_validator("facts")
    @classmethod
    def _has_gdp(cls, facts: Mapping[str, Quantity]) -> Mapping[str, Quantity]:
        if "gdp" not in facts:
            raise ValueError("the fact `gdp` is needed")
        return facts
