"""The file of an instrument: its levels by country, and the form of their payoffs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from negotiation.base.reading.models import FileModel
from negotiation.disputes.dates import RecordDate
from negotiation.disputes.files.laws import STANDING
from negotiation.disputes.files.names import CountryCode, Identifier, Listed, Template
from negotiation.disputes.instrument import Leg, Level


class LevelFile(FileModel):
    """One level of an instrument, as one country holds it."""

    label: Identifier = Field(description="unique in the instrument and country")
    title: str = Field("", description="what people write, if not the label with spaces")
    meaning: str = Field(min_length=1, description="what it is, in a phrase")
    date: RecordDate = Field(description="when it was first in force or announced")
    source: str = Field("", description="title of the source; empty for an assumption")
    source_url: str = Field("", description="address of the source")
    value: float | None = Field(None, allow_inf_nan=False, description="its measure, in `unit`")
    unit: str = Field("", description="unit of `value`")
    authority: str = Field(STANDING, min_length=1, description="the law it rests on")
    lead_days: int = Field(0, ge=0, description="least days from announcement to effect")
    may_follow: tuple[Listed, ...] | None = Field(
        None, min_length=1, description="labels from which one move leads to it; any if absent"
    )
    threatened: bool = Field(False, description="whether it was announced but never applied")
    assumption: bool = Field(False, description="whether it has no dated source")
    past: bool = Field(False, description="whether it was left before the day of the dispute's games")
    idle: bool = Field(False, description="whether it moves no component of the state, as the calmest level")
    threshold: float | None = Field(
        None, gt=0.0, le=1.0, description="least joint stake by which a rule covers an affiliate"
    )
    fee: float | None = Field(
        None, gt=0.0, le=1.0, description="share of the sales that a licence costs, where licences are sold"
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.date.never_applied:
            raise ValueError(
                "the `date` of a level must not be 'never applied'; for a threat, give the day of the "
                "announcement"
            )
        if not self.source and not self.assumption:
            raise ValueError("a level needs a `source`, or `assumption = true`")
        if self.source_url and not self.source:
            raise ValueError("a `source_url` needs a `source`")
        if (self.value is None) != (self.unit == ""):
            raise ValueError("only one of `value` and `unit` is given; give both or neither")
        return self

    def level(self) -> Level:
        """Return the level as a `Level`."""
        return Level(**self.model_dump(exclude={"date"}), date=str(self.date))


class PayoffFile(FileModel):
    """The form of an instrument's payoffs, and the names of its parameters by role."""

    form: Listed = Field(description="name of the form")
    strength: Template | None = Field(None, description="parameter of a level's strength, with {level}")
    reference: Listed | None = Field(None, description="label of the level of strength 1")
    dependence: Literal["curb_dependence", "control_dependence"] | None = Field(
        None, description="component of the state that scales the harm"
    )
    stocks: bool = Field(False, description="whether there is no harm while stocks last")
    parameters: Mapping[Identifier, Template] = Field(description="names of parameters by role")
    bystanders: Mapping[CountryCode, Template] = Field(
        {}, description="by third country the parameter that says what it gains, or loses if negative"
    )


_Ladder = Annotated[tuple[LevelFile, ...], Field(min_length=2, description="levels, calmest first")]


class InstrumentFile(FileModel):
    """An instrument, from `instruments/<name>.toml` of a dispute."""

    title: str = Field(min_length=1, description="name in prose")
    leg: Leg = Field(description="the part of a truce that it belongs to")
    note: str = Field("", description="what it is, and what its numbers are not")
    payoff: PayoffFile = Field(description="what its levels are worth")
    levels: Mapping[CountryCode, _Ladder] = Field(
        min_length=1, description="levels of each country that holds it"
    )
    targets: Mapping[CountryCode, CountryCode] = Field(
        {}, description="at whom each holder aims it; required with more than two countries"
    )
    base: Mapping[CountryCode, Listed] = Field(
        {}, description="by country the level against which payoffs count; the first if absent"
    )
    agencies: Mapping[CountryCode, Listed] = Field(
        {}, description="which agency of each holder decides on it; the country's first if absent"
    )

    @field_validator("levels")
    @classmethod
    def _check_levels(
        cls, levels: Mapping[str, tuple[LevelFile, ...]]
    ) -> Mapping[str, tuple[LevelFile, ...]]:
        faults = [f"{country}: {wrong}" for country, held in levels.items() for wrong in ladder_faults(held)]
        if faults:
            raise ValueError("; ".join(faults))
        return levels

    @model_validator(mode="after")
    def _check_base(self) -> Self:
        known = ", ".join(self.levels)
        faults = [
            f"base: {code!r} has no levels; known: {known}" for code in self.base if code not in self.levels
        ]
        for country, held in self.levels.items():
            faults += [f"{country}: {wrong}" for wrong in base_faults(held, self.base.get(country))]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    @property
    def looks_back(self) -> bool:
        """Whether some of its levels were left before the day of the dispute's games."""
        return any(level.past for held in self.levels.values() for level in held)


def ladder_faults(levels: Sequence[LevelFile]) -> list[str]:
    """Return the faults between the levels of a ladder; an empty list if there are none."""
    labels = [level.label for level in levels]
    faults = [
        f"{times} levels have the label {label!r}; give each its own"
        for label, times in Counter(labels).items()
        if times > 1
    ]
    measured = [level for level in levels if level.value is not None]
    if len(measured) not in (0, len(levels)):
        faults.append("some levels have a `value` and others have none; give one to all or to none")
    units = dict.fromkeys(level.unit.partition(",")[0] for level in measured)
    if len(units) > 1:
        faults.append(f"all values must have the same unit; got {', '.join(map(repr, units))}: convert them")
    # The list says which level is harsher: a definitive duty may be below the provisional one. A value snaps
    # to the nearest level, so that two of one value could not be told apart.
    for low, high in pairwise(sorted(measured, key=lambda level: level.value or 0.0)):
        if low.value == high.value:
            faults.append(
                f"{low.label!r} and {high.label!r} have the same value, {low.value}; give each level its own"
            )
    # The level on a day is the one that began last; of two that began on the same day neither is last.
    days = [(str(level.date), level.label) for level in levels if not level.threatened]
    for (day, first), (again, other) in pairwise(sorted(days, key=lambda pair: pair[0])):
        if day == again and RecordDate.parse(day).precision == "day":
            faults.append(f"{first!r} and {other!r} both begin on {day}; change the date of one of them")
    threats = [level.threatened for level in levels]
    # Threats stand above all that was done: the climb from level to level never passes through one.
    if threats != sorted(threats) or threats[0]:
        faults.append(
            "levels that were only threatened must come last, and the first level cannot be one of them"
        )
    for level in levels:
        strangers = [label for label in level.may_follow or () if label not in labels]
        if strangers:
            faults.append(
                f"`may_follow` of {level.label!r} names {', '.join(strangers)}, but the only levels are "
                f"{', '.join(labels)}; correct it"
            )
    return faults


def base_faults(levels: Sequence[LevelFile], base: str | None) -> list[str]:
    """Return the faults of the base of a ladder and of its past levels; an empty list if there are none.

    The base must be the calmest level that is not past. Otherwise games on the dispute's own day would have a
    level that is calmer than the base.
    """
    # Without its past levels a ladder begins at its base, which is therefore the calmest that is not past.
    present = [level.label for level in levels if not level.past]
    if len(present) < 2:
        return [f"a ladder needs at least two levels that are not `past`; got {', '.join(present) or 'none'}"]
    named = levels[0].label if base is None else base
    if named not in [level.label for level in levels]:
        known = ", ".join(level.label for level in levels)
        return [f"base: there is no level {named!r}; known: {known}"]
    if named != present[0]:
        came = f"got {named!r}" if base is not None else f"it is not given, so it is {named!r}"
        return [f"base: {came}; expected {present[0]!r}, the calmest level that is not `past`"]
    return [
        f"{level.label!r} is both `past` and `threatened`; a threat never applied, so remove one of them"
        for level in levels
        if level.past and level.threatened
    ]
