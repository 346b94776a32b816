"""The facts of a country, as they lie in its file."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field, field_validator

from negotiation.base.reading.models import FileModel
from negotiation.disputes.files.names import CountryCode
from negotiation.disputes.quantity import Quantity


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
