"""Tariff: the average rate of one side on the other's goods.

Rates are PIIE's trade-weighted averages; other definitions (statutory stacks, effective rates) are never
mixed in. The importer's own payoff uses the short-run supply slope (the temptation of a period), what the
exporter loses the long-run slope (lasting harm).
"""

from __future__ import annotations

import numpy as np

from negotiation.numeric import FloatArray
from negotiation.world.instrument import Circumstances, Effects, Instrument, Level
from negotiation.world.payoffs import share_of_gdp
from negotiation.world.quantity import Parameters
from negotiation.world.tariff_game import (
    TariffSide,
    demand_gap,
    demand_slope,
    supply_slope,
    supply_slope_from_pass_through,
)

EMERGENCY = "IEEPA"
PIIE = "PIIE (Bown), US-China Trade War Tariffs chart"
PIIE_URL = "https://www.piie.com/research/piie-charts/2019/us-china-trade-war-tariffs-date-chart"

USA_LEVELS = (
    Level(
        "january",
        "rate at the start of 2025: ordinary and Section 301 duties",
        "2025-01-20",
        f"{PIIE}, mid-April 2025 vintage",
        PIIE_URL,
        20.8,
        "percent, PIIE average",
    ),
    Level(
        "busan",
        "after the fentanyl duty was halved; no PIIE average has been published (38 to 44)",
        "2025-11-10",
        "",
        "",
        41.0,
        "percent, PIIE average",
        authority=EMERGENCY,
        assumption=True,
    ),
    Level(
        "geneva",
        "after Geneva: 24 points suspended, 10 reciprocal and 20 fentanyl points kept",
        "2025-05-14",
        f"{PIIE}, post-Geneva vintage",
        PIIE_URL,
        51.1,
        "percent, PIIE average",
        authority=EMERGENCY,
    ),
    Level(
        "peak",
        "125 reciprocal and 20 fentanyl points",
        "2025-04-10",
        f"{PIIE}, post-Geneva vintage",
        PIIE_URL,
        126.5,
        "percent, PIIE average",
        authority=EMERGENCY,
    ),
    Level(
        "threatened",
        "the peak and the 100 points threatened on 10 October",
        "2025-10-10",
        "Particle News, US-China trade clash deepens as Trump sets 100% tariff for Nov 1",
        "https://particle.news/story/uschina-trade-clash-deepens-as-trump-sets-100-tariff-for-nov-1-and-beijing-warns-retaliation",
        226.5,
        "percent, PIIE average plus 100",
        authority=EMERGENCY,
        threatened=True,
    ),
)

CHN_LEVELS = (
    Level(
        "january",
        "rate at the start of 2025",
        "2025-01-20",
        f"{PIIE}, post-Geneva vintage",
        PIIE_URL,
        21.2,
        "percent, PIIE average",
    ),
    Level(
        "geneva",
        "after Geneva: 24 points suspended, 10 kept",
        "2025-05-14",
        f"{PIIE}, post-Geneva vintage",
        PIIE_URL,
        32.6,
        "percent, PIIE average",
    ),
    Level(
        "peak",
        "125 points on all US goods",
        "2025-04-12",
        "PIIE average at the peak, as in the calibration data; the chart text that was read has 32.6 only",
        PIIE_URL,
        147.6,
        "percent, PIIE average",
    ),
)


def parameters(holder: str) -> tuple[str, ...]:
    """Return the parameters that the tariff of a country reads."""
    own = ("demand_elasticity", "pass_through", "inverse_supply_elasticity", "rent_weight", "protected_ratio")
    return (f"{holder}.imports", "USA.gdp", "CHN.gdp", *(f"tariff.{name}.{holder}" for name in own))


def import_market(holder: str, base_tariff: float, p: Parameters, *, short_run: bool) -> TariffSide:
    """Return a country's import market from import values and elasticities.

    Parameters
    ----------
    holder : str
        The importer.
    base_tariff : float
        t_0, as a fraction, at which imports are `<holder>.imports`.
    p : Parameters
        See `parameters`.
    short_run : bool
        Whether the supply slope follows from the pass-through (short run) or from the long-run inverse
        export-supply elasticity.

    Examples
    --------
    >>> from negotiation.world.loading import load_scenario
    >>> p = load_scenario("us-china-2025").parameters
    >>> import_market("USA", 0.208, p, short_run=True).nash_tariff()
    0.0
    """
    imports = p[f"{holder}.imports"]
    demand = demand_slope(base_tariff, p[f"tariff.demand_elasticity.{holder}"], imports)
    if short_run:
        supply = supply_slope_from_pass_through(p[f"tariff.pass_through.{holder}"], demand)
    else:
        supply = supply_slope(p[f"tariff.inverse_supply_elasticity.{holder}"], imports)
    return TariffSide(
        demand_gap(base_tariff, demand, supply, imports),
        demand,
        supply,
        p[f"tariff.rent_weight.{holder}"],
        p[f"tariff.protected_ratio.{holder}"] * imports,
    )


def rates(holder: str) -> FloatArray:
    """Return the tariff rates of a country's levels, as fractions."""
    return np.array([level.value or 0.0 for level in INSTRUMENT.held_by(holder)]) / 100.0


def effects(circumstances: Circumstances) -> Effects:
    """Return the payoffs of each tariff level to importer and exporter."""
    holder, p = circumstances.holder, circumstances.parameters
    levels = rates(holder)
    own = import_market(holder, float(levels[0]), p, short_run=True).own_payoff(levels)
    given = import_market(holder, float(levels[0]), p, short_run=False).given_payoff(levels)
    return Effects(
        share_of_gdp(own, p[f"{holder}.gdp"]), share_of_gdp(given, p[f"{circumstances.other}.gdp"])
    )


INSTRUMENT = Instrument(
    "tariff", "tariff", "tariff", {"USA": USA_LEVELS, "CHN": CHN_LEVELS}, effects, parameters
)
