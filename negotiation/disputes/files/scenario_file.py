"""The file `scenario.toml`: countries, the state, sizes of games, the interaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Self

from pydantic import Field, field_validator, model_validator

from negotiation.base.reading.models import FileModel
from negotiation.disputes.dates import Day
from negotiation.disputes.files.names import CountryCode, Identifier, Listed, ParameterName
from negotiation.disputes.files.state_rules import StateRules

# The size that has everything, in every dispute.
FULL = "full"

# The size that every dispute gives.
SMALL = "small"


class SizeFile(FileModel):
    """The instruments and levels of games of one size.

    Examples
    --------
    >>> SizeFile(instruments=("tariff",)).levels is None
    True
    """

    levels: Mapping[CountryCode, Mapping[Listed, tuple[Listed, ...]]] | None = Field(
        None, description="labels by country and instrument, calmest first"
    )
    instruments: tuple[Listed, ...] | None = Field(
        None, min_length=1, description="instruments, with all their levels"
    )
    past: bool = Field(False, description="whether levels that were left before are in it")
    without: Mapping[CountryCode, Mapping[Listed, tuple[Listed, ...]]] = Field(
        {}, description="labels by country and instrument that are left out of `instruments`"
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.levels is not None and self.instruments is not None:
            raise ValueError("give either `levels` or `instruments`, not both")
        if self.without and self.levels is not None:
            raise ValueError(
                "`without` cannot be used together with `levels`; list in `levels` only what is in the game"
            )
        if self.levels is None and self.instruments is None and not self.past:
            raise ValueError(
                "give `levels`, `instruments`, or `past = true` alone for all levels, past ones included"
            )
        return self


class InteractionFile(FileModel):
    """The extra cost of a curb while a tariff is high: the curb, the tariff and its first high level."""

    curb: Listed = Field(description="instrument whose holder pays")
    tariff: Listed = Field(description="instrument whose level decides, whoever holds it")
    from_level: Listed = Field(description="label of the tariff from which the cost is paid")
    weight: ParameterName = Field(description="parameter: the extra share of the cost")
    cost: tuple[ParameterName, ...] = Field(min_length=1, description="parameters that add up to the cost")

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters that it names."""
        return (self.weight, *self.cost)


class AgencyFile(FileModel):
    """An agency of a country: its name in prose, and its parameters."""

    title: str = Field(min_length=1, description="name in prose")
    stake: ParameterName = Field(
        description="parameter: how much it counts what others do to the country, in parts"
    )
    security_weight: ParameterName | None = Field(
        None, description="parameter: its own weight of security against business"
    )


class ScenarioFile(FileModel):
    """The file `scenario.toml` of a dispute."""

    name: str = Field(pattern=r"^[a-z0-9-]+$", description="name of the folder")
    title: str = Field(min_length=1, description="name in prose")
    countries: tuple[CountryCode, ...] = Field(
        min_length=2, description="codes of the countries, two or more, in the order of the players"
    )
    date: Day = Field(description="last day up to which the record goes and sources were read")
    as_of: Day | None = Field(
        None, description="day as of which the dispute is known: later rows and agreements are not seen"
    )
    calibration: str = Field(
        "central", pattern=r"^[a-z0-9-]+$", description="the calibration that is taken if none is named"
    )
    state: StateRules = Field(StateRules(), description="components of the state")
    sizes: Mapping[Identifier, SizeFile] = Field(description="games by size; `small` is required")
    interaction: InteractionFile | None = Field(None, description="extra cost of a curb under high tariffs")

    rates: Mapping[str, tuple[float, ...]] = Field(
        {}, description='rates beside the ladder, by country and instrument: "USA tariff" = [60]'
    )
    agencies: Mapping[CountryCode, Mapping[Identifier, AgencyFile]] = Field(
        {}, description="by country the agencies that decide; the first on what no agency is named for"
    )

    @property
    def known(self) -> dt.date:
        """The day as of which the dispute is known."""
        return self.as_of or self.date

    @property
    def curb_users(self) -> tuple[str, ...]:
        """The curbs: instruments whose use runs stocks down and makes dependence on the curb fall faster."""
        return self.state.users("curb_dependence") or self.state.users("stocks")

    @property
    def control_users(self) -> tuple[str, ...]:
        """The controls: instruments whose use makes dependence on the control fall faster."""
        return self.state.users("control_dependence")

    @field_validator("countries")
    @classmethod
    def _differ(cls, countries: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(countries)) < len(countries):
            raise ValueError(f"each country must be named once; got {', '.join(countries)}")
        return countries

    @model_validator(mode="after")
    def _read_on(self) -> Self:
        if self.known > self.date:
            raise ValueError(
                f"`as_of` must not be after `date`, {self.date}, the day up to which sources were read; got "
                f"{self.as_of}"
            )
        return self

    @field_validator("state")
    @classmethod
    def _one_curb(cls, state: StateRules) -> StateRules:
        # One use moves both: stocks stand in for what the same curb withholds.
        both = state.curb_dependence, state.stocks
        curbs, stocks = state.users("curb_dependence"), state.users("stocks")
        if None not in both and set(curbs) != set(stocks):
            raise ValueError(
                "`curb_dependence` and `stocks` must name the same `instruments`, but they name "
                f"{', '.join(curbs)} and {', '.join(stocks)}; correct one of them"
            )
        return state

    @field_validator("sizes")
    @classmethod
    def _has_small(cls, sizes: Mapping[str, SizeFile]) -> Mapping[str, SizeFile]:
        if SMALL not in sizes:
            raise ValueError(f"the size `{SMALL}` is missing; add it")
        # It is made of all instruments wherever it is asked for, whatever a file says.
        if FULL in sizes:
            raise ValueError(
                f"the name `{FULL}` is reserved for the size that has everything; give this size another name"
            )
        return sizes
