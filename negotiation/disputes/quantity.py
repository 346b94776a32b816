"""A number with its range, unit, date and source. Every fact and parameter is stored as one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Self

import numpy as np
from pydantic import Field, model_validator

from negotiation.base.numeric import FloatArray
from negotiation.base.reading.models import FileModel
from negotiation.disputes.dates import Day, RecordDate
from negotiation.errors import InvalidDate, UnknownParameter, shown


class Quantity(FileModel):
    """A value with low, high, unit, date, and a source or a mark that it is an assumption.

    A number that changes over time has its other values in `dated`. Each value, this one included, then has
    in `since` the day from which it holds.

    Examples
    --------
    >>> Quantity(value=0.9, low=0.8, high=0.97, unit="a year", date="2025", assumption=True).high
    0.97
    """

    value: float = Field(allow_inf_nan=False, description="central value, in `unit`")
    low: float = Field(allow_inf_nan=False, description="least plausible value")
    high: float = Field(allow_inf_nan=False, description="greatest plausible value")
    unit: str = Field(min_length=1, description="unit of the three numbers")
    date: RecordDate = Field(description="date of the quantity")
    source: str = Field("", description="title of the source; empty for an assumption without one")
    source_url: str = Field("", description="address of the source")
    assumption: bool = Field(False, description="whether the value is assumed, for want of a source")
    range_assumption: bool = Field(False, description="whether the range is assumed, for want of a source")
    bound: bool = Field(False, description="whether its source bounds it and says nothing of the centre")
    reposted: bool = Field(
        False, description="whether the page that was read repeats its source: a repost, a tabloid, a blog"
    )
    quantiles: tuple[float, ...] = Field(
        (), description="its quantiles in equal steps, from `low` to `high`; uniform between them if absent"
    )
    known_from: Day | None = Field(None, description="day on which its source was published")
    note: str = Field("", description="how the number was obtained, and what it is not")
    since: Day | None = Field(None, description="day from which it holds, beside values of other days")
    dated: tuple[Quantity, ...] = Field((), description="its values on other days, each with `since`")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.low <= self.value <= self.high:
            raise ValueError(
                f"expected low <= value <= high; got low = {self.low}, value = {self.value}, high = "
                f"{self.high}"
            )
        if not self.source and not self.assumption:
            raise ValueError("a number needs a `source` or `assumption = true`")
        values: tuple[Quantity, ...] = (self._alone, *self.dated)
        if self.bound and (self.assumption or not self.source):
            raise ValueError("a number with `bound = true` needs a `source` and must not be an `assumption`")
        if self.quantiles and (
            (self.quantiles[0], self.quantiles[-1]) != (self.low, self.high)
            or list(self.quantiles) != sorted(self.quantiles)
        ):
            raise ValueError(
                f"`quantiles` must run from `low` to `high` without decreasing, here from {self.low} to "
                f"{self.high}; got {shown([*self.quantiles])}"
            )
        if self.dated and any(quantity.since is None or quantity.dated for quantity in values):
            raise ValueError(
                "a number with `dated` values needs a `since`, as does each of these values, none of which "
                "may have `dated` values of its own"
            )
        if any(quantity.unit != self.unit for quantity in self.dated):
            units = ", ".join(dict.fromkeys(repr(quantity.unit) for quantity in values))
            raise ValueError(f"all values of a number must have the same `unit`; got {units}")
        days = sorted(quantity.since for quantity in values if quantity.since is not None)
        if twice := [first for first, second in pairwise(days) if first == second]:
            raise ValueError(f"two values have the same `since`, {twice[0]}; give each value its own day")
        return self

    @property
    def spread(self) -> bool:
        """Whether its range is more than one point."""
        return self.low < self.high

    @property
    def standing(self) -> str:
        """The kind of its origin: "sourced", "reposted", "bounded" or "assumed"."""
        if self.assumption or self.bound:
            return "assumed" if self.assumption else "bounded"
        return "reposted" if self.reposted else "sourced"

    def at(self, places: FloatArray) -> FloatArray:
        """Return the numbers at given places from 0 to 1 in its distribution, in the shape of `places`.

        Examples
        --------
        >>> Quantity(
        ...     value=1, low=0, high=9, unit="a", date="2025", assumption=True, quantiles=(0, 1, 9)
        ... ).at(np.array([0.5, 0.75])).tolist()
        [1.0, 5.0]
        """
        if not self.quantiles:
            uniform: FloatArray = self.low + places * (self.high - self.low)
            return uniform
        return np.interp(places, np.linspace(0.0, 1.0, len(self.quantiles)), self.quantiles)

    def place(self, numbers: FloatArray) -> FloatArray:
        """Return the places of numbers in its distribution, from 0 to 1; the inverse of `at`."""
        if not self.quantiles:
            uniform: FloatArray = (numbers - self.low) / (self.high - self.low)
            return uniform
        return np.interp(numbers, self.quantiles, np.linspace(0.0, 1.0, len(self.quantiles)))

    @property
    def _alone(self) -> Quantity:
        return self.model_copy(update={"dated": ()})

    def on(self, day: dt.date) -> Quantity:
        """Return the number with the value that holds on a day: the last whose `since` is not after that day.

        `InvalidDate` is raised if no value holds yet.
        """
        if not self.dated:
            return self
        values = sorted((self._alone, *self.dated), key=lambda quantity: quantity.since or dt.date.min)
        there = [one for one in values if one.since is None or one.since <= day]
        if not there:
            raise InvalidDate(
                f"there is no value for {day}: the first value applies from {values[0].since}; give that "
                "day or a later one"
            )
        others = tuple(one for one in values if one is not there[-1])
        return there[-1].model_copy(update={"dated": others})


def on_day(quantities: Mapping[str, Quantity], day: dt.date) -> dict[str, Quantity]:
    """Return numbers with the values that hold on a day."""
    current = {}
    for name, quantity in quantities.items():
        try:
            current[name] = quantity.on(day)
        except InvalidDate as error:
            raise InvalidDate(f"{name}: {error}") from None
    return current


class Parameters(Mapping[str, float]):
    """Parameter values by name. An unknown name raises `UnknownParameter`, with the nearest known names.

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
        """Return a copy with some values changed, or raise `UnknownParameter` for a new name."""
        for name in changes:
            self[name]
        return Parameters({**self._values, **changes})


class SeenParameters(Parameters):
    """Parameters that record which names are read."""

    __slots__ = ("read",)

    def __init__(self, values: Mapping[str, float]) -> None:
        super().__init__(values)
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> float:
        self.read.add(name)
        return super().__getitem__(name)
