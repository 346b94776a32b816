import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq

from negotiation.disputes.forms.tariff import (
    TariffSide,
    demand_gap,
    demand_slope,
    supply_slope,
    supply_slope_from_pass_through,
)

SIDES = [
    TariffSide(gap=12.0, demand_slope=1.0, supply_slope=1.0),
    TariffSide(gap=0.745, demand_slope=0.0012, supply_slope=0.0014),
    TariffSide(gap=3.0, demand_slope=2.0, supply_slope=0.0),
    TariffSide(gap=12.0, demand_slope=1.0, supply_slope=0.5, rent_weight=0.3, protected_output=5.0),
    TariffSide(gap=12.0, demand_slope=2.0, supply_slope=0.0, rent_weight=0.2, protected_output=10.0),
]


def market(side, tariff):
    """Quantity and surpluses of the market from its two curves, by root finding and integration."""
    foreign_cost = 5.0
    choke = foreign_cost + side.gap

    def demand(quantity):
        return choke - side.demand_slope * quantity

    def supply(quantity):
        return foreign_cost + side.supply_slope * quantity

    def wedge(quantity):
        return demand(quantity) - supply(quantity) - tariff

    traded = 0.0
    if wedge(0.0) > 0:
        traded = brentq(wedge, 0.0, 10 * side.gap / side.demand_slope, xtol=1e-13, rtol=1e-13)
    buyers = quad(lambda quantity: demand(quantity) - demand(traded), 0.0, traded)[0]
    sellers = quad(lambda quantity: supply(traded) - supply(quantity), 0.0, traded)[0]
    return traded, buyers + tariff * traded, sellers, demand(traded)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("share_of_gap", [0.0, 0.1, 0.5, 0.9, 1.0, 1.7])
def test_payoffs_are_the_surpluses_of_the_market(side, share_of_gap):
    tariff = share_of_gap * side.gap
    traded, importer, exporter, price = market(side, tariff)
    rent = side.rent_weight * side.protected_output * (price - market(side, 0.0)[3])
    assert side.imports(tariff) == pytest.approx(traded, rel=1e-9, abs=1e-9)
    assert side.own_payoff(tariff) == pytest.approx(importer + rent, rel=1e-8, abs=1e-9)
    assert side.given_payoff(tariff) == pytest.approx(exporter, rel=1e-8, abs=1e-9)


def test_the_nash_tariff_is_the_inverse_of_the_foreign_export_elasticity():
    side = TariffSide(gap=12.0, demand_slope=1.0, supply_slope=0.5)
    tariff = side.nash_tariff()
    traded = float(side.imports(tariff))
    # p* = c + D M with c chosen; the elasticity of supply is p* / (D M), and t / p* its inverse.
    foreign_price = 3.0 + side.supply_slope * traded
    elasticity = foreign_price / (side.supply_slope * traded)
    assert tariff / foreign_price == pytest.approx(1 / elasticity)


def test_calibration_reproduces_the_base_point():
    base, elasticity, inverse, imports, step = 0.208, 2.25, 0.62, 438.7, 1e-6
    b = demand_slope(base, elasticity, imports)
    d = supply_slope(inverse, imports)
    side = TariffSide(demand_gap(base, b, d, imports), b, d)
    assert side.imports(base) == pytest.approx(imports)
    # At a fixed foreign price of 1 importers pay 1 + t: their response is the demand elasticity.
    fixed_price = TariffSide(demand_gap(base, b, 0.0, imports), b, 0.0)
    low, high = (np.log(fixed_price.imports(base + shift)) for shift in (-step, step))
    assert (high - low) / (np.log(1 + base + step) - np.log(1 + base - step)) == pytest.approx(-elasticity)
    # A tariff moves along the supply curve: quantity against the exporters' price, 1 at the base point.
    quantity = [float(side.imports(base + shift)) for shift in (-step, step)]
    price = [market(side, base + shift)[3] - (base + shift) for shift in (-step, step)]
    slope = (price[1] - price[0]) / (quantity[1] - quantity[0])
    assert slope * imports == pytest.approx(inverse, rel=1e-5)


@pytest.mark.parametrize("pass_through", [0.3, 0.8, 1.0])
def test_a_tariff_reaches_the_importers_price_by_the_pass_through(pass_through):
    b = demand_slope(0.212, 2.25, 143.2)
    d = supply_slope_from_pass_through(pass_through, b)
    side = TariffSide(demand_gap(0.212, b, d, 143.2), b, d)
    before, after = (market(side, tariff)[3] for tariff in (0.212, 0.262))
    assert (after - before) / 0.05 == pytest.approx(pass_through, rel=1e-6)
