"""Claims about enforcement: whether the legs of Geneva and Busan, as written, enforce themselves.

Whether a leg holds is what the verdicts say of it (`verdicts/incentives`): no departure that changes an
instrument of it gains, whatever else it changes; a margin of zero is enough.
"""

from __future__ import annotations

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.disputes.parameter_draws import ParameterDraws
from negotiation.truces.claims.definition import claim_that, kept_with_draws
from negotiation.truces.compiling.terms import postures_before, written_terms
from negotiation.truces.record.agreement_text import agreement_text
from negotiation.truces.verdicts.incentives import Incentives, incentives_by_draw

GENEVA, BUSAN = "2025-05-geneva", "2025-10-busan"

# Country and instrument of each level that Busan prescribes and others can check.
COVERED = (
    ("USA", "tariff"), ("USA", "entity_list"), ("USA", "port_fee"), ("CHN", "tariff"),
    ("CHN", "rare_earth_curb"), ("CHN", "minerals_ban"), ("CHN", "precursor_enforcement"),
    ("CHN", "entity_listings"), ("CHN", "port_fee"), ("CHN", "purchases"),
)  # fmt: skip


@kept_with_draws
def text_incentives(draws: ParameterDraws, name: str) -> Incentives:
    """Return every incentive of what an agreement covers as written, in each draw."""
    agreement, scenario = agreement_text(name), draws.scenario
    before = postures_before(agreement, scenario)
    terms, state = written_terms(agreement), scenario.default_state
    return incentives_by_draw(scenario, draws.values, draws.discount_factor, terms, before, state)


def leg_margins(draws: ParameterDraws, name: str, leg: str) -> dict[str, FloatArray]:
    """Return by "country leg" the margin of complying over the best departure in a leg, shape (D,).

    Of players whom the text binds in the leg, all stakes pooled. The leg's own question: departures that
    change an instrument of it, by itself or with others of any leg.
    """
    incentives, scenario = text_incentives(draws, name), draws.scenario
    # A text may bind one side alone in a leg; the other has promised nothing there, and is not asked.
    bound = {country for country, n in incentives.terms if scenario.instruments[n].leg == leg}
    of_leg = incentives.bound(leg)
    return {f"{c} {leg}": of_leg.of(c).margin for c in scenario.countries if c in bound}


def free_gains(draws: ParameterDraws, name: str, leg: str) -> dict[str, FloatArray]:
    """Return the gain of the best harsher lawful level of each instrument of a leg that the text leaves free.

    By "country instrument", shape (D,), from the levels of the day before the signing.
    """
    free = text_incentives(draws, name).free(leg)
    return {f"{one.player} {' '.join(one.instruments)}": -one.margin for one in free}


@claim_that(
    2,
    1,
    "As written, Geneva's tariff leg enforces itself under grim trigger with reversion to the worst stage "
    "equilibrium.",
    (("USA", "tariff"), ("CHN", "tariff"), ("CHN", "rare_earth_curb")),
    notes="Calmer levels are no breach; patience cannot be told apart from a hazard of break-up.",
    weak=True,
)
def geneva_tariff_leg(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return each side's margin (Bagwell and Staiger 2002 on self-enforcing tariffs)."""
    return leg_margins(draws, GENEVA, "tariff")


@claim_that(
    2,
    2,
    "As written, Geneva leaves some side a gain by a harsher control, which nothing answers.",
    (("USA", "entity_list"), ("USA", "chip_control"), ("CHN", "rare_earth_curb"), ("CHN", "minerals_ban")),
    (),
    notes="A disjunction over three instruments, since the minerals ban stood at its harshest before the "
    "text: it is easier to hold than a claim about one. The security weight cannot be told apart from the "
    "security value.",
)
def geneva_control_leg(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return the largest gain of a harsher control that the text leaves free."""
    gains = free_gains(draws, GENEVA, "control")
    return {"best free control": np.stack(list(gains.values())).max(axis=0)}


@claim_that(
    2,
    3,
    "As written, Busan's tariff leg enforces itself under the same strategy, all stakes pooled.",
    COVERED,
    notes="A departure in tariffs and another leg at once counts, though the other leg alone may tempt.",
    weak=True,
)
def busan_tariff_leg(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return each side's margin."""
    return leg_margins(draws, BUSAN, "tariff")


@claim_that(
    2,
    4,
    "The controls that Busan's text covers enforce themselves, all stakes pooled.",
    COVERED,
    notes="Reversion is to the worst stage equilibrium, in which a curb that costs its user is not used.",
    weak=True,
)
def busan_control_leg(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return each side's margin: affiliates rule, rare-earth curb, minerals ban."""
    return leg_margins(draws, BUSAN, "control")


@claim_that(
    2,
    5,
    "Everything that Busan's text covers enforces itself, joint deviations included.",
    COVERED,
    notes="The prescribed levels are ceilings; fees, listings and precursors are counted at assumed payoffs.",
    weak=True,
)
def busan_covered(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return each side's margin of complying over its best joint departure."""
    incentives, sides = text_incentives(draws, BUSAN), draws.scenario.countries
    return {f"{country}, all covered": incentives.covered_margin(country) for country in sides}


@claim_that(
    2,
    6,
    "Busan leaves the USA no gain by a harsher chip control, which its text does not cover.",
    (("USA", "chip_control"),),
    (),
    notes="The security weight cannot be told apart from the security value; the strengths of the harsher "
    "levels are assumed.",
)
def busan_free_control(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return the loss from the best harsher chip control."""
    return {"USA chip control": -free_gains(draws, BUSAN, "control")["USA chip_control"]}
