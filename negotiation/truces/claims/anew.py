"""Claims about bargaining anew: the small game in USD, with talks at the pace of past ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from negotiation.numeric import FloatArray
from negotiation.truces.claims.definition import claim_that
from negotiation.truces.claims.small_game import SMALL, STATE_PARAMETERS
from negotiation.truces.studies.negotiated_anew import Relations
from negotiation.truces.theories.machinery.rounds import chance_a_period, rounds_a_year
from negotiation.world.parameter_draws import ParameterDraws
from negotiation.world.periods import TIME_PARAMETERS

MOTION = tuple(name for name in STATE_PARAMETERS if not name.startswith(("state.chip", "state.substitution")))
READ = (
    *TIME_PARAMETERS,
    "USA.gdp",
    "CHN.gdp",
    *(n for n in MOTION if "truce" not in n and "renewal" not in n and "authority" not in n),
)
UNIT = "USD bn a year"
DRAWS = 256
PACE = (
    "Full dependence on the curb. How often talks are held is counted from four agreements on record, and "
    "held at that count in all draws; payments are possible."
)


def changed(draws: ParameterDraws, name: str, stocks: int = 2) -> FloatArray:
    """Return by how much something changes what each side negotiates, shape (D, 2)."""
    return draws.kept(("bargained anew", name, stocks), lambda: _changed(draws, name, stocks))


def _changed(draws: ParameterDraws, name: str, stocks: int) -> FloatArray:
    rounds = np.full(len(draws), rounds_a_year(draws.scenario).value)
    chances = chance_a_period(rounds, draws.number("reaction_lag_days")).tolist()
    state = replace(draws.scenario.default_state, stocks=stocks)
    found = [
        Relations(one, state, "small").changes(chance, [name])[0][name]
        for one, chance in zip(draws, chances, strict=True)
    ]
    return np.array(found)


@claim_that(
    10,
    1,
    "With US stocks full a period's use of the curb raises what China negotiates afterwards.",
    SMALL,
    READ,
    unit=UNIT,
    notes=f"{PACE} Emptied stocks against dependence that is lost.",
    draws=DRAWS,
)
def full_stocks_make_the_curb_pay(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return by how much a period's use of the curb raises what China negotiates, stocks full."""
    return {"CHN": changed(draws, "use, stocks full")[:, 1]}


@claim_that(
    10,
    2,
    "With US stocks gone a period's use of the curb lowers what China negotiates afterwards.",
    SMALL,
    READ,
    unit=UNIT,
    notes=f"{PACE} Without use stocks would begin to fill, which use prevents.",
    draws=DRAWS,
)
def curb_is_spent_without_stocks(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return by how much a period's use of the curb lowers what China negotiates, stocks gone."""
    return {"CHN": -changed(draws, "use, stocks gone")[:, 1]}


@claim_that(
    10,
    3,
    "A one-year clock, in which nothing is bargained anew, raises what China negotiates.",
    SMALL,
    (*READ, "state.renewal_probability"),
    unit=UNIT,
    notes=f"{PACE} A renewal carries on what was agreed; stocks are full.",
    draws=DRAWS,
)
def clock_pays_china(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return by how much the clock raises what China negotiates."""
    return {"CHN": changed(draws, "clock")[:, 1]}


@claim_that(
    10,
    4,
    "The USA negotiates more while its tariff authority is in force than once it is lost.",
    SMALL,
    (*READ, "state.authority_loss"),
    unit=UNIT,
    notes=f"{PACE} While it is in force the small game has no US tariff below Geneva's; stocks are full.",
    draws=DRAWS,
)
def authority_pays_usa(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return by how much the authority raises what the USA negotiates."""
    return {"USA": changed(draws, "authority")[:, 0]}


@claim_that(
    10,
    5,
    "Both sides negotiate more with controls on the table than where both have yet to put them there.",
    SMALL,
    READ,
    unit=UNIT,
    notes=f"{PACE} Until then controls stand at their holder's static best reply; stocks are full.",
    draws=DRAWS,
)
def precedent_pays_both(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return by how much the precedent raises what each side negotiates."""
    found = changed(draws, "precedent")
    return {country: found[:, i] for i, country in enumerate(draws.scenario.countries)}
