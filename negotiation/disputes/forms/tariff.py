"""Tariff: the linear terms-of-trade game, from import values and elasticities.

With the equations of `disputes/tariff_game.py`, at one slope D of the foreign supply for importer and
exporter, that of the horizon (days since the rate changed):

    own(t) = B M^2 / 2 + t M + rent,  given(t) = D M^2 / 2,  M = max(0, (G - t) / (B + D)).

Levels have values in percent; imports are what they are at the base.
"""

from __future__ import annotations

import numpy as np

from negotiation.disputes.domains import NOT_NEGATIVE, POSITIVE, POSITIVE_SHARE
from negotiation.disputes.forms.form import GDP, OTHER_GDP, Case, Form, Role
from negotiation.disputes.instrument import Effects
from negotiation.disputes.payoffs import share_of_gdp
from negotiation.disputes.tariff_game import (
    TariffSide,
    demand_gap,
    demand_slope,
    supply_slope,
    supply_slope_after,
    supply_slope_from_pass_through,
)


def import_market(case: Case, days: float | None = None) -> TariffSide:
    """Return the holder's import market so many days after a rate changed.

    Examples
    --------
    >>> from negotiation.disputes.loading import load_scenario
    >>> case = load_scenario("us-china-2025").case("USA", "tariff")
    >>> float(import_market(case, days=0.0).nash_tariff())
    0.0
    """
    # NumPy's numbers overflow with an error where they are asked to; Python's own do so in silence.
    imports = np.float64(case.value("imports"))
    base = (case.levels[case.base].value or 0.0) / 100.0
    demand = demand_slope(base, case.value("demand_elasticity"), imports)
    supply = supply_slope_after(
        case.value("horizon") if days is None else days,
        supply_slope_from_pass_through(case.value("pass_through"), demand),
        supply_slope(case.value("inverse_supply_elasticity"), imports),
        case.value("half_life"),
    )
    return TariffSide(
        demand_gap(base, demand, supply, imports),
        demand,
        supply,
        case.value("rent_weight"),
        case.value("protected_ratio") * imports,
    )


def effects(case: Case) -> Effects:
    """Return the payoffs of each tariff level to importer and exporter."""
    rates = np.array([level.value or 0.0 for level in case.levels]) / 100.0
    market = import_market(case)
    return Effects(
        share_of_gdp(market.own_payoff(rates), case.value("gdp")),
        share_of_gdp(market.given_payoff(rates), case.value("other_gdp")),
    )


FORM = Form(
    "tariff",
    "duties on a whole trade",
    (
        Role("imports", "imports from the other side, USD bn a year", POSITIVE, default="{holder}.imports"),
        GDP,
        OTHER_GDP,
        Role("demand_elasticity", "elasticity of import demand, absolute value", POSITIVE),
        Role("pass_through", "share of a tariff in the importer's price, short run", POSITIVE_SHARE),
        Role("inverse_supply_elasticity", "inverse of the foreign supply elasticity, long run", NOT_NEGATIVE),
        Role("horizon", "days since the rate changed", NOT_NEGATIVE),
        Role("half_life", "days in which supply goes half the way to the long run", POSITIVE),
        Role("rent_weight", "weight on the rent of protected producers", NOT_NEGATIVE),
        Role("protected_ratio", "protected output, as a multiple of imports", NOT_NEGATIVE),
    ),
    effects,
    graded=False,
    measured=True,
    values="percent",
)
