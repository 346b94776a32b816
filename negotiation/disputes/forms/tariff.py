"""Tariff: the linear terms-of-trade game, from import values and elasticities.

Country i imports M_i at a specific tariff t_i. Demand for imports is p = a - B_i M, the supply that i faces
is p* = c + D_i M, and G_i = a - c is the demand gap at zero trade. Then

    M_i(t) = max(0, (G_i - t) / (B_i + D_i)),
    own_i(t) = B_i M_i^2 / 2 + t M_i + lambda_i X_i B_i t / (B_i + D_i),
    given_i(t) = D_i M_i^2 / 2,

where own_i is the importer's surplus, its tariff revenue and the rent of its protected producers, with output
X_i, at the weight lambda_i. given_i is the surplus of the exporters on the other side (Johnson 1953; Bagwell
and Staiger 2002).

Prices are in units of the foreign price at the base tariff t_0, and quantities in USD bn a year at that
price. With import value M_0, import-demand elasticity e (in absolute value) and foreign export-supply
elasticity w, both at the base tariff,

    B = (1 + t_0) / (e M_0),   D = 1 / (w M_0),   G = t_0 + (B + D) M_0.

This D is the long-run slope. The short-run slope follows from the pass-through rho = B / (B + D) of a tariff
to the importer's price: D = B (1 - rho) / rho, which is zero under complete pass-through. D moves from its
short-run to its long-run value with a half-life H: after n days

    D(n) = D_long + (D_short - D_long) 2^(-n / H).

Importer and exporter have the same D on a day. G depends on it, so that imports at t_0 are M_0 on every day.
Without rents and up to t = G, the joint loss of both sides when the tariff rises from t_0 to t is
(t^2 - t_0^2) / (2 (B + D)).

Levels have values in percent. M_0 is the value of imports at the base level.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.disputes.domains import NOT_NEGATIVE, POSITIVE, POSITIVE_SHARE
from negotiation.disputes.forms.form import GDP, HORIZON, OTHER_GDP, Case, Form, Role
from negotiation.disputes.instrument import Effects
from negotiation.disputes.payoffs import share_of_gdp


@dataclass(frozen=True)
class TariffSide:
    """One country's import market, with the symbols of the module.

    Examples
    --------
    >>> TariffSide(gap=12.0, demand_slope=1.0, supply_slope=1.0).imports(4.0)
    np.float64(4.0)
    """

    # G, demand gap at zero trade, in units of the base foreign price.
    gap: float
    # B, in price a USD bn.
    demand_slope: float
    # D, slope of the foreign export supply, in price a USD bn.
    supply_slope: float
    # lambda, weight on the rent of protected producers.
    rent_weight: float = 0.0
    # X, protected output in USD bn a year.
    protected_output: float = 0.0

    def imports(self, tariff: FloatArray | float) -> FloatArray:
        """Return M(t), in USD bn a year."""
        quantity: FloatArray = np.maximum(
            0.0, (self.gap - np.asarray(tariff)) / (self.demand_slope + self.supply_slope)
        )
        return quantity

    def own_payoff(self, tariff: FloatArray | float) -> FloatArray:
        """Return the importer's payoff from its own tariff, in USD bn a year."""
        quantity = self.imports(tariff)
        surplus = self.demand_slope * quantity**2 / 2 + np.asarray(tariff) * quantity
        payoff: FloatArray = surplus + self.rent(tariff)
        return payoff

    def rent(self, tariff: FloatArray | float) -> FloatArray:
        """Return the weighted rent of protected producers, lambda X times the price change, in USD bn a year.

        The domestic price stops rising when the tariff shuts out all imports, at t = G.
        """
        effective = np.minimum(np.asarray(tariff, dtype=np.float64), self.gap)
        price_change = self.demand_slope * effective / (self.demand_slope + self.supply_slope)
        result: FloatArray = self.rent_weight * self.protected_output * price_change
        return result

    def given_payoff(self, tariff: FloatArray | float) -> FloatArray:
        """Return the payoff of the exporters on the other side, in USD bn a year."""
        payoff: FloatArray = self.supply_slope * self.imports(tariff) ** 2 / 2
        return payoff

    def nash_tariff(self) -> float:
        """Return the best reply [D G + lambda B X (B + D)] / (B + 2 D), but at most G, where imports end.

        The unit is the base foreign price. The best reply does not depend on the other side's tariff, so it
        is also the tariff in the Nash equilibrium of the stage game.

        Examples
        --------
        >>> TariffSide(gap=12.0, demand_slope=1.0, supply_slope=1.0).nash_tariff()
        4.0
        """
        b, d = self.demand_slope, self.supply_slope
        interior = (d * self.gap + self.rent_weight * b * self.protected_output * (b + d)) / (b + 2 * d)
        return min(interior, self.gap)


def demand_slope(base_tariff: float, elasticity: float, imports: float) -> float:
    """Return the demand slope B = (1 + t_0) / (e M_0).

    Here t_0 is `base_tariff`, a fraction, e is `elasticity` and M_0 is `imports`, in USD bn a year.

    Examples
    --------
    >>> demand_slope(base_tariff=0.0, elasticity=2.0, imports=100.0)
    0.005
    """
    return (1.0 + base_tariff) / (elasticity * imports)


def supply_slope(inverse_elasticity: float, imports: float) -> float:
    """Return the supply slope D = 1 / (w M_0), from 1 / w, the inverse of the supply elasticity.

    M_0 is `imports`, in USD bn a year.

    Examples
    --------
    >>> supply_slope(inverse_elasticity=0.5, imports=100.0)
    0.005
    """
    return inverse_elasticity / imports


def supply_slope_from_pass_through(pass_through: float, slope: float) -> float:
    """Return the short-run supply slope D = B (1 - rho) / rho, from the pass-through rho and `slope`, B.

    Examples
    --------
    >>> supply_slope_from_pass_through(1.0, slope=0.005)
    0.0
    """
    return slope * (1.0 - pass_through) / pass_through


def supply_slope_after(days: float, short: float, long: float, half_life: float) -> float:
    """Return the supply slope n days after a rate changed: D(n) = D_long + (D_short - D_long) 2^(-n / H).

    Here n is `days`, D_short is `short`, D_long is `long` and H is `half_life`, in days.

    Examples
    --------
    >>> supply_slope_after(365.0, short=0.0, long=0.008, half_life=365.0)
    0.004
    >>> supply_slope_after(float("inf"), short=0.0, long=0.008, half_life=365.0)
    0.008
    """
    left: float = 2.0 ** (-days / half_life)
    return long + (short - long) * left


def demand_gap(base_tariff: float, demand: float, supply: float, imports: float) -> float:
    """Return the demand gap G = t_0 + (B + D) M_0, where B and D are the slopes `demand` and `supply`.

    t_0 is `base_tariff`, a fraction, and M_0 is `imports`, in USD bn a year.

    Examples
    --------
    >>> demand_gap(base_tariff=0.25, demand=0.005, supply=0.005, imports=100.0)
    1.25
    """
    return base_tariff + (demand + supply) * imports


def import_market(case: Case) -> TariffSide:
    """Return the holder's import market on the day of the case.

    Examples
    --------
    >>> from negotiation.disputes.loading import load_scenario
    >>> case = load_scenario("us-china-2025", "central").case("USA", "tariff", days=0.0)
    >>> float(import_market(case).nash_tariff())
    0.0
    """
    # NumPy's floats raise an error on overflow under `np.errstate`; Python's own do not.
    imports = np.float64(case.value("imports"))
    base = (case.levels[case.base].value or 0.0) / 100.0
    demand = demand_slope(base, case.value("demand_elasticity"), imports)
    supply = supply_slope_after(
        case.value(HORIZON),
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
    """Return the payoffs of each tariff level to the importer and the exporter."""
    rates = np.array([level.value or 0.0 for level in case.levels]) / 100.0
    market, gdp = import_market(case), case.value("gdp")
    whole = replace(market, rent_weight=1.0)
    return Effects(
        share_of_gdp(market.own_payoff(rates), gdp),
        share_of_gdp(market.given_payoff(rates), case.value("other_gdp")),
        interests={
            "revenue": share_of_gdp(rates * market.imports(rates), gdp),
            "rents": share_of_gdp(whole.rent(rates), gdp),
        },
    )


def best_rate(case: Case) -> float:
    """Return the best rate for the holder at any rate of the other side, as a fraction of the price."""
    return import_market(case).nash_tariff()


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
        Role(HORIZON, "days since the rate changed", NOT_NEGATIVE),
        Role("half_life", "days in which supply goes half the way to the long run", POSITIVE),
        Role("rent_weight", "weight on the rent of protected producers", NOT_NEGATIVE),
        Role("protected_ratio", "protected output, as a multiple of imports", NOT_NEGATIVE),
    ),
    effects,
    graded=False,
    measured=True,
    values="percent",
    best_rate=best_rate,
)
