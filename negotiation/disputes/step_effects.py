"""What one step of one side does to both sides and to bystanders, in percent of GDP and in dollars a year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.disputes.scenario import Scenario


@dataclass(frozen=True)
class StepEffects(Tabular, Drawable):
    """What a step does to each country and region.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> step = step_effects(load_scenario("us-china-2025", "sourced"), "USA", "tariff", "geneva", "peak")
    >>> step.percent["USA"] < 0 < step.percent["CANMEX"]
    True
    """

    holder: str
    instrument: str
    # Labels of the levels before and after.
    start: str
    end: str
    # Days since the step; None for a step that is kept for good, averaged over discounted periods.
    days: float | None
    # By country or region, the holder first and the other side second.
    percent: Mapping[str, float]
    usd_bn: Mapping[str, float]

    _figure: ClassVar[str] = "steps:step_effects_figure"

    @property
    def title(self) -> str:
        """What was asked, in words."""
        when = "kept for good" if self.days is None else f"after {self.days:g} days"
        return f"{self.holder} {self.instrument}: {self.start} to {self.end}, {when}"

    def table(self) -> Table:
        """Return one row per country or region."""
        rows = tuple((who, share, self.usd_bn[who]) for who, share in self.percent.items())
        return Table(self.title, ("region", "percent of GDP", "USD bn a year"), rows)


def step_effects(
    scenario: Scenario, country: str, name: str, start: str, end: str, days: float | None = None
) -> StepEffects:
    """Return what a step does to everyone whom it concerns, after some days, or kept for good without them.

    The other instruments stay at their base.
    """
    state, instrument = scenario.default_state, scenario.instrument(country, name)
    effects = scenario.effects(country, name, state, "path" if days is None else days)
    before, after = (instrument.position(country, label) for label in (start, end))
    paid = {country: effects.holder, scenario.target(country, name): effects.other, **effects.bystanders}
    percent = {who: float(values[after] - values[before]) for who, values in paid.items()}
    gdp = {
        who: scenario.parameters[f"{who}.gdp" if who in scenario.countries else f"trade.gdp.{who}"]
        for who in percent
    }
    usd = {who: share / 100.0 * gdp[who] for who, share in percent.items()}
    return StepEffects(country, name, start, end, days, percent, usd)
