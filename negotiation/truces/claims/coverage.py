"""Claims about coverage: what a truce had to cover on the days of the signings.

The payoffs of the small game on a day are expectations over dependence and stocks. The record says on which
days curb and control were in use. The motion of each draw then gives the distributions of dependence on the
curb d, dependence on the control c and stocks I (`record/state_trajectory`). The harm of the curb depends on
d and on whether stocks are gone, the harm of the control depends on c, and payoffs add up. So

    E u = u(full) + sum over d of P(d) P(I = 0) [u(d, I = 0) - u(full)] + sum over c of P(c) [u(c) - u(full)],

where u(full) has full dependence and full stocks. The game of the day is repeated for ever.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.disputes import State
from negotiation.disputes.components import SIZES
from negotiation.disputes.parameter_draws import ParameterDraws
from negotiation.disputes.periods import TIME_PARAMETERS
from negotiation.truces.claims.definition import Claim, kept_with_draws
from negotiation.truces.claims.small_game import SMALL, STATE_PARAMETERS, small_levels, thresholds
from negotiation.truces.record.state_trajectory import COMPONENTS, recorded_use, trajectory

DAYS = {
    "Geneva": date(2025, 5, 12),
    "London": date(2025, 6, 10),
    "Busan": date(2025, 10, 30),
}
FULL = State(curb_dependence=2, control_dependence=2, stocks=2)
NOTES = (
    "Best punishments. Stocks and dependence were full on 1 April 2025 by assumption; what moves them is "
    "assumed too, but for the days that stocks last."
)


@kept_with_draws
def payoffs_on(draws: ParameterDraws, day: date) -> FloatArray:
    """Return the small game's expected payoffs on a day, shape (D, 4, 4, 2)."""
    levels, chances = small_levels(draws), _chances(draws)
    # The sum of the formula above: the change at each step of dependence, weighted by its chance. The curb
    # harms only if stocks are gone; its effect while they last is part of u(full).
    full = draws.payoffs(levels, state=FULL)
    expected = np.array(full)
    for step in range(SIZES["curb_dependence"]):
        chance = chances[day, "curb_dependence"][:, step] * chances[day, "stocks"][:, 0]
        gone = draws.payoffs(levels, state=replace(FULL, curb_dependence=step, stocks=0))
        expected += chance[:, None, None, None] * (gone - full)
    for step in range(SIZES["control_dependence"]):
        chance = chances[day, "control_dependence"][:, step]
        other = draws.payoffs(levels, state=replace(FULL, control_dependence=step))
        expected += chance[:, None, None, None] * (other - full)
    return expected


@kept_with_draws
def _chances(draws: ParameterDraws) -> dict[tuple[date, str], FloatArray]:
    """Return distributions over three steps in each draw, by day and component of the state, shape (D, 3)."""
    # The record of use is the same in all draws; the motion of dependence and stocks is the draw's.
    use = recorded_use(draws.scenario)
    paths = [trajectory(world, use) for world in draws]
    return {
        (day, name): np.array([path.on(day)[name] for path in paths])
        for day in DAYS.values()
        for name in COMPONENTS
    }


def _claim_on(order: int, place: str) -> Claim:
    """Return the claim that the draw's patience suffices with the curb covered, and not without it.

    The claim is about the day of an agreement, and `place` is a key of `DAYS`.
    """
    day = DAYS[place]

    def inequalities(draws: ParameterDraws) -> dict[str, FloatArray]:
        """Return the shortfall of patience without the curb and the excess with it, each of shape (D,)."""
        joint, delta = payoffs_on(draws, day), draws.discount_factor
        without = joint[:, :, ::2]  # columns: tariff kept or at its peak, curb not used
        return {
            "without the curb it does not hold": thresholds(without) - delta,
            "with the curb it holds": delta - thresholds(joint),
        }

    statement = f"On {day.day} {day:%B %Y} tariffs and chip control hold only if the curb is covered too."
    reads, unit = (*TIME_PARAMETERS, *STATE_PARAMETERS), "discount factor of a period"
    name = f"coverage_at_{place.lower()}"
    return Claim(name, 5, order, statement, inequalities, SMALL, reads, unit, NOTES)


CLAIMS = tuple(_claim_on(order, place) for order, place in enumerate(DAYS, 1))
