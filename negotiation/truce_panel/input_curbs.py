"""Texts beside which one side could curb an input of the other: how long stocks last, and how long the clock.

Those of the panel, and those of other disputes of the package. What no record tells is left empty.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.reading.models import load_csv
from negotiation.truce_panel.tables import Confidence, Side, Sourced

CURBS = Path(__file__).parent / "data" / "input_curbs.csv"


class InputCurb(Sourced):
    """A curb on an input, or a cut of energy, beside a text; the source is that of its cover, if any."""

    case: str = Field(min_length=1, description="the truce of the panel, or the agreement of a dispute")
    user: Side = Field(description="who holds the curb, ISO3")
    instrument: str = Field(min_length=1, description="name of the curb")
    of_panel: bool = Field(description="whether the case is a truce of the panel")
    signed: date
    clock_days: int = Field(ge=0, description="days until the text runs out; 0 for no clock")
    cover_low: float | None = Field(None, gt=0, description="least days that stocks last under the curb")
    cover_days: float | None = Field(
        None, gt=0, description="days that stocks last; absent where none is told"
    )
    cover_high: float | None = Field(None, gt=0, description="most days; absent where no bound is told")
    harsher: date | None = Field(None, description="first harsher step of the curb before another text came")
    note: str
    confidence: Confidence

    @model_validator(mode="after")
    def _check(self) -> Self:
        told = [days for days in (self.cover_low, self.cover_days, self.cover_high) if days is not None]
        if told and (self.cover_low is None or self.cover_days is None):
            raise ValueError("cover has `cover_low` and `cover_days`, or neither of the three")
        if told != sorted(told):
            raise ValueError(f"`cover_low`, `cover_days` and `cover_high` rise; got {told}")
        return self


@dataclass(frozen=True)
class InputCurbs(Tabular, Drawable):
    """Curbs on inputs beside texts, by cover and clock."""

    _figure = "truces.answers:input_curbs_figure"

    curbs: tuple[InputCurb, ...]

    def table(self) -> Table:
        """Return one row a curb: days of cover with a range, of the clock, and to the first harsher step."""
        rows = tuple(
            (
                one.case, one.user, one.instrument, one.cover_low, one.cover_days, one.cover_high,
                one.clock_days or None, (one.harsher - one.signed).days if one.harsher else None,
            )
            for one in self.curbs
        )  # fmt: skip
        heads = ("case", "user", "curb", "low", "cover, days", "high", "clock, days", "harsher after, days")
        return Table(f"{len(rows)} curbs on inputs beside texts", heads, rows)


def input_curbs() -> InputCurbs:
    """Return the curbs of the package's file.

    Examples
    --------
    >>> [one.instrument for one in input_curbs().curbs if one.cover_days is None]
    ['chn_unreliable_list_mineral_controls']
    """
    return InputCurbs(load_csv(CURBS, InputCurb))
