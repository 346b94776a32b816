"""A number with its range, unit, date and source: how every fact and parameter of the world is stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from negotiation.errors import UnknownParameter
from negotiation.world.dates import RecordDate


class Quantity(BaseModel):
    """A value with low, high, unit, date and source, or marked as an assumption.

    Examples
    --------
    >>> Quantity(value=0.9, low=0.8, high=0.97, unit="a year", date="2025", assumption=True).high
    0.97
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    value: float = Field(allow_inf_nan=False, description="central value, in `unit`")
    low: float = Field(allow_inf_nan=False, description="least plausible value")
    high: float = Field(allow_inf_nan=False, description="greatest plausible value")
    unit: str = Field(min_length=1, description="unit of the three numbers")
    date: RecordDate = Field(description="date of the quantity")
    source: str = Field("", description="title of the source; empty for an assumption without one")
    source_url: str = Field("", description="address of the source")
    assumption: bool = Field(False, description="whether the value is assumed, for want of a source")
    range_assumption: bool = Field(False, description="whether the range is assumed, for want of a source")
    note: str = Field("", description="how the number was obtained, and what it is not")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.low <= self.value <= self.high:
            raise ValueError(f"low <= value <= high is needed; got {self.low}, {self.value}, {self.high}")
        if not self.source and not self.assumption:
            raise ValueError("a number needs a `source`, or `assumption = true`")
        return self


class Parameters(Mapping[str, float]):
    """Parameter values by name; an unknown name is refused with the nearest known ones.

    Examples
    --------
    >>> Parameters({"discount_factor_annual": 0.9})["discount_factor_annual"]
    0.9
    """

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, float]) -> None:
        self._values = dict(values)

    def __getitem__(self, name: str) -> float:
        try:
            return self._values[name]
        except KeyError:
            raise UnknownParameter(name, self._values) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def with_values(self, changes: Mapping[str, float]) -> Parameters:
        """Return a copy with some values changed.

        Raises
        ------
        UnknownParameter
            If a name is not among the parameters.
        """
        for name in changes:
            self[name]
        return Parameters({**self._values, **changes})
