"""The ranges of the generic game of a truce, as `priors.toml` has them; decision 67 names its hash."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from negotiation.base.reading.models import FileModel, load_toml
from negotiation.truce_panel.tables import Leg

FILE = Path(__file__).with_name("priors.toml")


class Range(FileModel):
    """Two ends, with a source or marked as an assumption."""

    low: float = Field(allow_inf_nan=False)
    high: float = Field(allow_inf_nan=False)
    unit: str = Field("share", min_length=1)
    source: str = ""
    assumption: bool = False
    note: str = ""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.low <= self.high:
            raise ValueError(f"`low` is at most `high`; got {self.low}, {self.high}")
        if bool(self.source) == self.assumption:
            raise ValueError("a range has a `source`, or `assumption = true`")
        return self


class FormRanges(FileModel):
    """What a kind of measure gains and costs, in shares of the trade under it, and how much trade that is."""

    gain: Range
    cost: Range
    loss: Range
    trade: Range


class GameRanges(FileModel):
    """What is common to all games."""

    discount_factor_annual: Range
    reaction_lag_days: Range
    kept: Range
    leverage_only: Range
    flow: Range


class Priors(FileModel):
    """All ranges."""

    game: GameRanges
    unknown: Mapping[Leg, str]
    forms: Mapping[str, FormRanges]

    def of(self, form: str, leg: Leg) -> FormRanges:
        """Return the ranges of a form, or of its leg where it is not known."""
        return self.forms.get(form) or self.forms[self.unknown[leg]]


@cache
def priors() -> Priors:
    """Return the ranges of the package."""
    return load_toml(FILE, Priors)
