"""Countries and calibrations as they lie in files: facts and parameters, each with its range and source."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from negotiation.world.quantity import Quantity
from negotiation.world.state import SIZES


class Country(BaseModel):
    """A country's facts, from `world/countries/<iso3>.toml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    iso3: str = Field(pattern=r"^[A-Z]{3}$", description="three-letter code, upper case")
    name: str = Field(min_length=1, description="name in prose")
    facts: Mapping[str, Quantity] = Field(description="facts by name; `gdp` and `imports` are needed")

    @field_validator("facts")
    @classmethod
    def _has_base_facts(cls, facts: Mapping[str, Quantity]) -> Mapping[str, Quantity]:
        missing = [name for name in ("gdp", "imports") if name not in facts]
        if missing:
            raise ValueError(f"the fact `{missing[0]}` is needed")
        return facts


class Authority(BaseModel):
    """A law on which levels of instruments rest, and since when it has been in force."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, description="name that levels refer to")
    since: dt.date = Field(description="first day in force")
    until: dt.date | None = Field(None, description="last day in force; absent while it lasts")
    lost_with_state: bool = Field(description="whether the state's `authority` component switches it off")
    source: str = Field(min_length=1, description="title of the source")
    note: str = Field("", description="what it is")

    @model_validator(mode="after")
    def _check_days(self) -> Self:
        if self.until is not None and self.until < self.since:
            raise ValueError(f"`until` must not be before `since`; got {self.since} and {self.until}")
        return self


class StateSteps(BaseModel):
    """The default state of the stationary game, each component a step."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rare_earth_dependence: int = Field(ge=0, lt=SIZES["rare_earth_dependence"], description="0 low to 2 full")
    chip_dependence: int = Field(ge=0, lt=SIZES["chip_dependence"], description="0 low to 2 full")
    stocks: int = Field(ge=0, lt=SIZES["stocks"], description="0 gone to 2 full")
    clock: int = Field(ge=0, lt=SIZES["clock"], description="thirds of the term left; 0: no truce")
    authority: int = Field(ge=0, lt=SIZES["authority"], description="1 in force, 0 lost")


class Calibration(BaseModel):
    """A named, dated set of parameters, from `world/calibrations/<name>.toml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9-]+$", description="name of the file")
    title: str = Field(min_length=1, description="name in prose")
    date: dt.date = Field(description="day up to which sources were read")
    countries: tuple[str, ...] = Field(min_length=2, max_length=2, description="codes of the two countries")
    state: StateSteps = Field(description="state of the stationary game")
    small: Mapping[str, Mapping[str, tuple[str, ...]]] = Field(
        description="levels of the small game: country, instrument, labels"
    )
    authorities: tuple[Authority, ...] = Field((), description="laws that come and go")
    parameters: Mapping[str, Quantity] = Field(description="parameters by name")

    @field_validator("countries")
    @classmethod
    def _differ(cls, countries: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(countries)) < len(countries):
            raise ValueError("two different countries are needed")
        return countries
