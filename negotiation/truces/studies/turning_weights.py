"""What turns a verdict: the least weight on an interest, the ratio of a control, and assumed parameters.

A government may give extra weight to revenue, or to its protected producers. With a weight w, it adds w times
the gain in revenue or in producers' rents to the payoff. Payoffs have no such weight. The least weight that
turns a verdict shows how far a government's preferences would have to be from its country's income. For a
control, the ratio of worth to cost shows the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from negotiation.base.labelled import Table, Tabular
from negotiation.base.reading.numbers import expect_generator
from negotiation.disputes import Scenario
from negotiation.disputes.forms.form import SECURITY_RATIO
from negotiation.disputes.instrument import Circumstances, Effects, Instrument
from negotiation.disputes.parameter_draws import sobol_draws
from negotiation.errors import InvalidOptions
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.theories import theory
from negotiation.truces.theories.common.turning import Search
from negotiation.truces.verdicts.agreements import Agreement
from negotiation.truces.verdicts.theory_verdicts import TEXT_ALONE, TheoryVerdicts
from negotiation.truces.verdicts.verdict import verdict

INTERESTS = ("revenue", "rents")
QUICK = ("each for itself", "moment", "custom in kind")


@dataclass(frozen=True)
class _Weighing:
    """The effects of an instrument whose holders weigh an interest."""

    instrument: Instrument
    interest: str
    weight: float

    def __call__(self, circumstances: Circumstances) -> Effects:
        paid = self.instrument.effects(circumstances)
        return replace(paid, holder=paid.holder + self.weight * paid.interests[self.interest])


def weighing(scenario: Scenario, name: str, interest: str, weight: float) -> Scenario:
    """Return the scenario in which an instrument's holders add a weight times an interest to its payoff.

    `name` is the name of the instrument. Raises `InvalidOptions` if `interest` is not one of `INTERESTS`.

    Examples
    --------
    >>> from negotiation.disputes import load_scenario
    >>> scenario = load_scenario("us-china-2025")
    >>> state, keen = scenario.default_state, weighing(scenario, "tariff", "revenue", 1.0)
    >>> paid, more = (one.effects("USA", "tariff", state) for one in (scenario, keen))
    >>> bool(abs(more.holder - paid.holder - paid.interests["revenue"]).max() < 1e-12)
    True
    """
    instrument = scenario.instruments[name]
    if interest not in INTERESTS:
        raise InvalidOptions(f"`interest` is {interest!r}; allowed: {', '.join(map(repr, INTERESTS))}")
    keen = replace(instrument, effects=_Weighing(instrument, interest, weight))
    return replace(scenario, instruments={**scenario.instruments, name: keen})


@dataclass(frozen=True)
class TurningWeights(Tabular):
    """The least weight on each interest that turns a leg's verdict, by theory."""

    agreement: str
    leg: str
    # By theory and interest; None where no weight up to `most` turns it.
    weights: Mapping[tuple[str, str], float | None]
    most: float = NUMERICS.most_weight

    def table(self) -> Table:
        """Return one row per theory: the weight on each interest, empty if none turns the verdict."""
        theories = dict.fromkeys(theory for theory, _ in self.weights)
        rows = tuple((theory, *(self.weights[theory, motive] for motive in INTERESTS)) for theory in theories)
        title = f"{self.agreement}, leg {self.leg}: least weight up to {self.most:g} that turns the verdict"
        return Table(title, ("theory", *INTERESTS), rows)


def turning_weights(
    agreement: str | Agreement,
    scenario: Scenario,
    *,
    leg: str = "tariff",
    theories: Iterable[str] | None = None,
) -> TurningWeights:
    """Return the least weight on each interest at which each theory's verdict on a leg changes.

    Verdicts are at central values. The weighed instrument has the name of the leg. Weights are tried on a
    doubling grid, and then by halving between the last two. By default, the quick theories in `QUICK` are
    used. The result is empty if no holder's payoff from the instrument has interests.
    """
    names = QUICK if theories is None else tuple(theories)
    held = [side for side in scenario.countries if leg in scenario.held(side)]
    paid = [scenario.effects(side, leg, scenario.default_state).interests for side in held]
    if not any(paid):
        return TurningWeights(getattr(agreement, "id", str(agreement)), leg, {})

    def words(interest: str, weight: float) -> dict[str, str]:
        """Return the verdict on the leg under each theory at a weight on an interest."""
        there = weighing(scenario, leg, interest, weight)
        rows = verdict(agreement, there, theories=names)
        return {row.theory: row.word for row in rows if row.leg == leg}

    weights: dict[tuple[str, str], float | None] = {}
    for interest in INTERESTS:
        grid = [0.0, *(NUMERICS.most_weight / 2.0**k for k in range(NUMERICS.weight_doublings, -1, -1))]
        verdicts = [words(interest, weight) for weight in grid]
        for name, now in verdicts[0].items():
            k = next((k for k, each in enumerate(verdicts) if each[name] != now), None)
            if k is None:
                weights[name, interest] = None
                continue
            low, high = grid[k - 1], grid[k]
            while high - low > NUMERICS.weight_step * high:
                middle = (low + high) / 2.0
                low, high = (middle, high) if words(interest, middle)[name] == now else (low, middle)
            weights[name, interest] = high
    return TurningWeights(getattr(agreement, "id", str(agreement)), leg, weights)


@dataclass(frozen=True)
class TurningRatio:
    """The ratio of worth to cost at which a control turns the verdict on its leg.

    The ratio is k = theta s(1) / ((1 - theta) b): the worth of the first unit of denial to its holder over
    the business that it costs, each with its weight.
    """

    country: str
    instrument: str
    leg: str
    # At the central values, and where the leg's verdict is another; None where no ratio turns it.
    ratio: float
    turning: float | None
    # b: the business that the first unit costs, USD bn a year.
    cost: float

    @property
    def worth(self) -> float | None:
        """The worth of the first unit at which the verdict turns, USD bn a year."""
        return None if self.turning is None else self.turning * self.cost

    def __str__(self) -> str:
        who = f"{self.country} {self.instrument}: the first unit costs USD {self.cost:.2g} bn a year"
        if self.turning is None or self.worth is None:
            return f"{who} and is worth k = {self.ratio:.3g} times that; no k turns the {self.leg} leg"
        return (
            f"{who} and is worth k = {self.ratio:.3g} times that; the {self.leg} leg turns at "
            f"k* = {self.turning:.3g}, USD {self.worth:.2g} bn"
        )


def turning_ratios(verdicts: TheoryVerdicts) -> tuple[TurningRatio, ...]:
    """Return, for each control in the game, the ratio at which its leg's verdict under the text alone turns.

    Everything else stays at the central values. The ratio is varied on a grid, and the crossing nearest to
    the central value is refined on a finer one.
    """
    batch = verdicts.batch
    world, search = batch.scenario, Search(batch, (theory(TEXT_ALONE),), verdicts.state)
    ratios = []
    for country, name in ((c, n) for c, menu in batch.menus.items() for n in menu if n in world.bindings):
        names = world.bindings[name].names
        role = next((each for each in (SECURITY_RATIO, "security_value") if each in names), None)
        if role is None:
            continue
        parameter = world.bindings[name].name(names[role], country)
        percent, unit = _cost_and_unit(world, country, name, role, parameter)
        if not unit > 0.0:
            continue
        now = world.parameters[parameter] / unit
        leg = batch.leg_of(name)
        turning = _crossing(search, parameter, unit, leg, now)
        cost = percent / 100.0 * world.parameters[f"{country}.gdp"]
        ratios.append(TurningRatio(country, name, leg, now, turning, cost))
    return tuple(ratios)


def _cost_and_unit(
    world: Scenario, country: str, name: str, role: str, parameter: str
) -> tuple[float, float]:
    """Return b in percent of GDP, and the parameter at which the ratio is 1; 0 without a ratio."""
    case = world.case(country, name)
    weight, free = case.value("security_weight"), world.with_parameters({parameter: 0.0})
    if weight in (0.0, 1.0):
        return 0.0, 0.0
    paid = free.effects(country, name, world.default_state).holder
    # Without security a unit loses (1 - theta) b; by ratio every dollar counts as at even weights.
    scale = 2.0 * (1.0 - weight) if role == SECURITY_RATIO else 1.0 - weight
    lost = -float(paid[case.reference] / case.strength[case.reference]) / scale
    # Where nothing is bought, a first unit costs nothing, and no ratio is one of worth to cost.
    return lost, float(lost > 0.0) if role == SECURITY_RATIO else (1.0 - weight) / weight * lost


def _crossing(search: Search, parameter: str, unit: float, leg: str, now: float) -> float | None:
    """Return the ratio at which the margin of a leg changes sign, nearest to the central one."""
    grid = np.concatenate([[0.0], np.geomspace(*NUMERICS.ratios, NUMERICS.ratios_tried)])
    for _ in range(2):
        margins = search.margins([{parameter: k * unit} for k in grid])[TEXT_ALONE, leg]
        held = margins >= 0.0
        turns = np.flatnonzero(held[1:] != held[:-1])
        if not turns.size:
            return None
        k = int(min(turns, key=lambda k: abs(grid[k] - now)))
        # Between two points of the grid once more, since a margin may bend there.
        low, high, start, stop = grid[k], grid[k + 1], margins[k], margins[k + 1]
        grid = np.linspace(low, high, NUMERICS.ratios_between)
    part = start / (start - stop) if np.isfinite(stop - start) else 0.5
    return float(low + part * (high - low))


def assumed_parts(
    verdicts: TheoryVerdicts, draws: int = 64, rng: int | np.random.Generator = 0
) -> dict[str, float]:
    """Return, by leg, the share of the variance of the text's margin that comes from assumed parameters.

    It is the total index of all assumed parameters together, including interactions with the others (Jansen
    1999): half the mean square change of the margin when only the assumed parameters are drawn again, divided
    by the variance of the margin. With 64 draws its error is about a tenth. A leg whose margin does not vary
    is left out.
    """
    world, generator = verdicts.batch.scenario, expect_generator(rng)
    first, again = (sobol_draws(world, draws, generator).values for _ in range(2))
    moved = {n: again[n] if world.quantities[n].standing == "assumed" else v for n, v in first.items()}
    search = Search(verdicts.batch, (theory(TEXT_ALONE),), verdicts.state)
    drawn, redrawn = (
        search.margins([dict(zip(sample, row, strict=True)) for row in zip(*sample.values(), strict=True)])
        for sample in (first, moved)
    )
    parts = {}
    for (_, leg), margins in drawn.items():
        both = np.stack([margins, redrawn[TEXT_ALONE, leg]])
        both = both[:, np.isfinite(both).all(axis=0)]
        if both.shape[1] > 1 and both.var() > 0.0:
            parts[leg] = min(1.0, float(0.5 * (np.diff(both, axis=0) ** 2).mean() / both.var()))
    return parts
