"""Effects of steps between levels on both sides and on bystanders, and the origins of these numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.reading.numbers import expect_number
from negotiation.disputes.posture_payoffs import parameters_read
from negotiation.disputes.scenario import Scenario
from negotiation.disputes.setup import effects_of_many


@dataclass(frozen=True)
class StepEffects(Tabular, Drawable):
    """The effects of a step between two levels on each country and region. Get them with `step_effects`.

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
    # Days since the step; None for a step that is kept for good, with effects averaged over discounted
    # periods.
    days: float | None
    # Effect by country or region, the holder first and the target second; `usd_bn` is per year.
    percent: Mapping[str, float]
    usd_bn: Mapping[str, float]

    _figure: ClassVar[str] = "steps:step_effects_figure"

    @property
    def title(self) -> str:
        """The step and the time after it, in words."""
        when = "kept for good" if self.days is None else f"after {self.days:g} days"
        return f"{self.holder} {self.instrument}: {self.start} to {self.end}, {when}"

    def table(self) -> Table:
        """Return one row per country or region: the effect in percent of GDP and in USD bn a year."""
        rows = tuple((who, share, self.usd_bn[who]) for who, share in self.percent.items())
        return Table(self.title, ("region", "percent of GDP", "USD bn a year"), rows)


def step_effects(
    scenario: Scenario, country: str, name: str, start: str, end: str, days: float | None = None
) -> StepEffects:
    """Return the effects of a step of one instrument on all countries and regions that it affects.

    All other instruments stay at their base.

    Parameters
    ----------
    scenario : Scenario
        The scenario, at its default state.
    country : str
        Code of the country that holds the instrument.
    name : str
        Name of the instrument.
    start, end : str
        Labels of the levels before and after the step.
    days : float, optional
        Days since the step; by default the step is kept for good, and its effects are averaged over
        discounted periods.

    Returns
    -------
    StepEffects
        `.percent` has the effects in percent of GDP, and `.usd_bn` in USD billion per year, each by country
        or region.

    Raises
    ------
    UnknownCountry, UnknownInstrument, UnknownLevel
        If the scenario does not have the country, or the country does not hold the instrument or a level.
    InvalidNumber
        If `days` is not a number.
    InvalidOptions
        If `days` is negative.
    InvalidGame
        If the payoffs cannot be computed; see `Scenario.effects`.
    """
    if days is not None:
        days = expect_number("`days`", days)
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


@dataclass(frozen=True)
class PayoffOrigin:
    """The payoff of one level to one side, and the origin of that number.

    A payoff follows from several parameters. Its `standing` is the standing of the parameter whose range
    moves it most, with all other parameters at their values in the scenario. It is "sourced", "reposted",
    "bounded" or "assumed", and "zero" if no range moves the payoff. `usd_bn` is per year.
    """

    holder: str
    instrument: str
    level: str
    side: str
    percent: float
    usd_bn: float
    standing: str
    # The parameter that moves the payoff most; empty if none does.
    mover: str


def payoff_origins(scenario: Scenario) -> tuple[PayoffOrigin, ...]:
    """Return the payoff of each level except the base to each side, with the origin of that number.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> rows = payoff_origins(load_scenario("us-china-2025", "sourced"))
    >>> ban = next(row for row in rows if row.level == "banned" and row.side == "USA")
    >>> ban.standing, ban.mover, round(ban.usd_bn, 1)
    ('sourced', 'minerals_ban.harm', -3.4)
    """
    origins = []
    for holder in scenario.countries:
        for name in scenario.held(holder):
            origins += _origins_of(scenario, holder, name)
    return tuple(origins)


def _origins_of(scenario: Scenario, holder: str, name: str) -> list[PayoffOrigin]:
    """Return the payoffs of the levels of one instrument to both sides, with their origins."""
    state, instrument, known = scenario.default_state, scenario.instrument(holder, name), scenario.quantities
    read = parameters_read(scenario, holder, name, state)
    moving = [each for each in sorted(read) if known[each].spread]
    worlds = [
        scenario.with_parameters({each: end})
        for each in moving
        for end in (known[each].low, known[each].high)
    ]
    effects = effects_of_many([scenario, *worlds], holder, name, state)
    sides = {
        holder: [paid.holder for paid in effects],
        scenario.target(holder, name): [p.other for p in effects],
    }
    origins = []
    for k, label in enumerate(instrument.labels(holder)):
        if k == instrument.base_position(holder):
            continue
        for side, paid in sides.items():
            percent, *ends = (float(values[k]) for values in paid)
            moves = [abs(high - low) for low, high in zip(ends[::2], ends[1::2], strict=True)]
            most = max(range(len(moves)), key=moves.__getitem__, default=None)
            mover = "" if most is None or moves[most] == 0.0 else moving[most]
            usd = percent / 100.0 * scenario.parameters[f"{side}.gdp"]
            standing = known[mover].standing if mover else "zero"
            origins.append(PayoffOrigin(holder, name, label, side, percent, usd, standing, mover))
    return origins


def origins_table(scenario: Scenario, before: Scenario) -> Table:
    """Return payoffs and their origins, with the payoffs of another calibration in the last column."""
    was = {(r.holder, r.instrument, r.level, r.side): r.percent for r in payoff_origins(before)}
    rows = tuple(
        (
            r.holder, f"{r.instrument}={r.level}", r.side, r.percent, r.usd_bn, r.standing, r.mover,
            was[r.holder, r.instrument, r.level, r.side],
        )
        for r in payoff_origins(scenario)
    )  # fmt: skip
    columns = (
        "holder", "level", "for", f"{scenario.calibration.name}, % GDP", "USD bn a year", "from",
        "moved most by", f"{before.calibration.name}, % GDP",
    )  # fmt: skip
    title = f"payoffs of levels against the base in the calibration {scenario.calibration.name!r}"
    return Table(title, columns, rows, scenario.names)
