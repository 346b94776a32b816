"""Claims about coverage: what a truce had to cover on the days of the record.

The small game as it stood on a day has payoffs expected over dependence and stocks.

The record says on which days curb and control were in use, and the motion of each draw gives dependence d, c
and the stocks I that follow (`record/state_trajectory`). Harm of the curb depends on d and on whether stocks
are gone, harm of the control depends on c, and payoffs add up, so that

    E u = u(full) + sum over d of P(d) P(I = 0) [u(d, I = 0) - u(full)] + sum over c of P(c) [u(c) - u(full)],

u(full) with full dependence and stocks that last. The day is taken as if it lasted for ever.
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
    # The sum of the formula above: what each step of dependence changes, weighted by its chance. The curb
    # harms only where stocks are gone; what it does while they last is part of u(full).
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
    """Return the distribution of each component on each day by draw, shape (D, 3)."""
    # The record of use is the same in all draws; what it does to dependence and stocks is the draw's motion.
    use = recorded_use(draws.scenario)
    paths = [trajectory(world, use) for world in draws]
    return {
        (day, name): np.array([path.on(day)[name] for path in paths])
        for day in DAYS.values()
        for name in COMPONENTS
    }


def _claim_on(order: int, place: str) -> Claim:
    """Return the claim that patience falls short without the curb in the coverage and suffices with it."""
    day = DAYS[place]

    def inequalities(draws: ParameterDraws) -> dict[str, FloatArray]:
        """Return by how much patience falls short without the curb and suffices with it, by draw."""
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
