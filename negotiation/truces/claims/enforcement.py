"""Claims about enforcement: whether the legs of Geneva and Busan, as written, enforce themselves.

Whether a leg holds is decided as in verdicts under the theory *moment* (`theories/common/legs`). The state is
as on the day of signing. The game has the instruments that the text covers, or those that it leaves free.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.disputes.parameter_draws import ParameterDraws
from negotiation.truces.claims.definition import claim_that, kept_with_draws
from negotiation.truces.compiling.terms import written_terms
from negotiation.truces.numerics import NUMERICS
from negotiation.truces.record.agreement_text import agreement_text
from negotiation.truces.record.state_trajectory import state_of_the_day
from negotiation.truces.theories import theory
from negotiation.truces.theories.common.game_batch import game_batch
from negotiation.truces.theories.common.legs import LegMargins

GENEVA, BUSAN = "2025-05-geneva", "2025-10-busan"

# Country and instrument of each level that Busan prescribes and others can check.
COVERED = (
    ("USA", "tariff"), ("USA", "entity_list"), ("USA", "port_fee"), ("CHN", "tariff"),
    ("CHN", "rare_earth_curb"), ("CHN", "minerals_ban"), ("CHN", "precursor_enforcement"),
    ("CHN", "entity_listings"), ("CHN", "port_fee"), ("CHN", "purchases"),
)  # fmt: skip


@kept_with_draws
def of_covered(draws: ParameterDraws, name: str) -> dict[str, list[LegMargins]]:
    """Return the margins of each leg in the game of the instruments that a text covers.

    `name` is the name of the agreement. A leg has one element for each block of at most
    `NUMERICS.draws_at_once` draws.
    """
    return _margins(draws, name, [instrument for _, instrument in written_terms(agreement_text(name))])


@kept_with_draws
def of_free(draws: ParameterDraws, name: str, leg: str) -> dict[str, list[LegMargins]]:
    """Return the margins of each leg in the game of a leg's instruments that a text leaves free.

    An instrument is free if the text prescribes no level of it to either country. The result has the form of
    `of_covered`.
    """
    covered = {instrument for _, instrument in written_terms(agreement_text(name))}
    own = [n for n, measure in draws.scenario.instruments.items() if measure.leg == leg and n not in covered]
    return _margins(draws, name, own)


def _margins(draws: ParameterDraws, name: str, instruments: Sequence[str]) -> dict[str, list[LegMargins]]:
    agreement, scenario = agreement_text(name), draws.scenario
    state, count = state_of_the_day(agreement, scenario).likely, len(draws.discount_factor)
    legs: dict[str, list[LegMargins]] = {leg: [] for leg in scenario.legs}
    for start in range(0, count, NUMERICS.draws_at_once):
        part = slice(start, start + NUMERICS.draws_at_once)
        varied = {key: column[part] for key, column in draws.values.items()}
        batch = game_batch(
            agreement, scenario, state, varied=varied, delta=draws.discount_factor[part],
            instruments=tuple(dict.fromkeys(instruments)),
        )  # fmt: skip
        for leg, answer in theory("moment").judge(batch).items():
            legs[leg].append(answer)
    return legs


def leg_margin(legs: dict[str, list[LegMargins]], leg: str) -> FloatArray:
    """Return the margin of a leg in all draws, shape (D,)."""
    return np.concatenate([part.margin for part in legs[leg]])


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
    """Return the margin of the tariff leg, shape (D,); see Bagwell and Staiger (2002)."""
    return {"tariff": leg_margin(of_covered(draws, GENEVA), "tariff")}


@claim_that(
    2,
    2,
    "As written, Geneva leaves some side a gain by a harsher control, which nothing answers.",
    (("USA", "entity_list"), ("USA", "chip_control"), ("CHN", "rare_earth_curb"), ("CHN", "minerals_ban")),
    notes="A disjunction over three instruments, since the minerals ban stood at its harshest before the "
    "text: it is easier to hold than a claim about one. The security weight cannot be told apart from the "
    "security value.",
)
def geneva_control_leg(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return how much more the best harsher control that the text leaves free gains than any other choice."""
    return {"best free control": -leg_margin(of_free(draws, GENEVA, "control"), "control")}


@claim_that(
    2,
    3,
    "As written, Busan's tariff leg enforces itself under the same strategy, all stakes pooled.",
    COVERED,
    notes="A departure in tariffs and another leg at once counts where it beats the other leg alone.",
    weak=True,
)
def busan_tariff_leg(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return the margin of the tariff leg, shape (D,)."""
    return {"tariff": leg_margin(of_covered(draws, BUSAN), "tariff")}


@claim_that(
    2,
    4,
    "The controls that Busan's text covers enforce themselves, all stakes pooled.",
    COVERED,
    notes="Reversion is to the worst stage equilibrium, in which a curb that costs its user is not used.",
    weak=True,
)
def busan_control_leg(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return the margin of the control leg: affiliates rule, rare-earth curb and minerals ban."""
    return {"control": leg_margin(of_covered(draws, BUSAN), "control")}


@claim_that(
    2,
    5,
    "Everything that Busan's text covers enforces itself, joint deviations included.",
    COVERED,
    notes="The prescribed levels are ceilings; fees, listings and precursors are counted at assumed payoffs.",
    weak=True,
)
def busan_covered(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return, by leg, the margin of complying over all departures that make something in the leg harsher.

    Departures that also make something calmer do not count.
    """
    legs = of_covered(draws, BUSAN)
    return {leg: np.concatenate([part.joint for part in parts]) for leg, parts in legs.items()}


@claim_that(
    2,
    6,
    "Busan leaves the USA no gain by a harsher chip control, which its text does not cover.",
    (("USA", "chip_control"),),
    notes="The security weight cannot be told apart from the security value; the strengths of the harsher "
    "levels are assumed.",
)
def busan_free_control(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return the loss from the best harsher chip control compared with the best other choice."""
    return {"USA chip control": leg_margin(of_free(draws, BUSAN, "control"), "control")}
