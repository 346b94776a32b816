"""The least weight on an interest that turns a verdict on a tariff.

A government may care more for revenue, or for its protected producers, than for its country's income. With a
weight w it counts w times what they gain on top of the payoff. Payoffs count no weight; the least one that
turns a verdict says how far a government's taste would have to be from its country's income.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from negotiation.base.labelled import Table, Tabular
from negotiation.disputes import Scenario
from negotiation.disputes.instrument import Circumstances, Effects, Instrument
from negotiation.errors import InvalidOptions
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.verdicts.agreements import Agreement
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
    """Return the scenario in which the holders of an instrument count a weight times an interest on top.

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
        raise InvalidOptions(f"there is no interest {interest!r}; known: {', '.join(INTERESTS)}")
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
        rows = tuple((theory, *(self.weights[theory, one] for one in INTERESTS)) for theory in theories)
        title = f"{self.agreement}, leg {self.leg}: least weight up to {self.most:g} that turns the verdict"
        return Table(title, ("theory", *INTERESTS), rows)


def turning_weights(
    agreement: str | Agreement,
    scenario: Scenario,
    *,
    leg: str = "tariff",
    theories: Iterable[str] | None = None,
) -> TurningWeights:
    """Return the least weight on each interest at which each theory's verdict on a leg is another.

    Verdicts are at central values. The leg has the name of the instrument that is weighed. Weights are tried
    on a grid that doubles, and between the last two by halving. If no theories are named, those are asked in
    which each verdict takes a tenth of a second. The table is empty if nobody's payoffs of the instrument
    have interests.
    """
    names = QUICK if theories is None else tuple(theories)
    held = [side for side in scenario.countries if leg in scenario.held(side)]
    paid = [scenario.effects(side, leg, scenario.default_state).interests for side in held]
    if not any(paid):
        return TurningWeights(getattr(agreement, "id", str(agreement)), leg, {})

    def words(interest: str, weight: float) -> dict[str, str]:
        there = weighing(scenario, leg, interest, weight)
        rows = verdict(agreement, there, theories=names)
        return {row.theory: row.word for row in rows if row.leg == leg}

    weights: dict[tuple[str, str], float | None] = {}
    for interest in INTERESTS:
        grid = [0.0, *(NUMERICS.most_weight / 2.0**k for k in range(NUMERICS.weight_doublings, -1, -1))]
        said = [words(interest, weight) for weight in grid]
        for theory, now in said[0].items():
            k = next((k for k, each in enumerate(said) if each[theory] != now), None)
            if k is None:
                weights[theory, interest] = None
                continue
            low, high = grid[k - 1], grid[k]
            while high - low > NUMERICS.weight_step * high:
                middle = (low + high) / 2.0
                low, high = (middle, high) if words(interest, middle)[theory] == now else (low, middle)
            weights[theory, interest] = high
    return TurningWeights(getattr(agreement, "id", str(agreement)), leg, weights)
