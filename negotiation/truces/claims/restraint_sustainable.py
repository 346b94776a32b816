"""Restraint on one control and one curb: the closed form of `solvers/mutual_restraint`, as payoffs.

With g > 0: delta h >= g, and for a curb that costs its user delta c >= (1 - delta) kappa, so that China is
willing to punish; for one that pays (kappa < 0) delta c >= -kappa. With g <= 0 the same with the sides
exchanged.
"""

from __future__ import annotations

import numpy as np

from negotiation.numeric import FloatArray
from negotiation.truces.claims.definition import TIME, Claim
from negotiation.truces.verdicts.incentives_by_draw import small_payoffs, weapons
from negotiation.world.parameter_draws import ParameterDraws


def inequalities(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return by player how far its threshold is met, in payoffs."""
    found, delta = weapons(small_payoffs(draws)), draws.discount_factor
    gains, harms = (found.gain, -found.cost), (found.harm, found.loss)
    return {
        country: restraint_margin(gains[i], harms[i], gains[1 - i], delta)
        for i, country in enumerate(draws.scenario.countries)
    }


def restraint_margin(
    gain: FloatArray, harm: FloatArray, other_gain: FloatArray, delta: FloatArray
) -> FloatArray:
    """Return a player's slack: tempted, delta h - g; else, if the other is, its will to punish.

    Examples
    --------
    >>> restraint_margin(np.array([0.03]), np.array([0.4]), np.array([-0.02]), np.array([0.5])).round(6)
    array([0.17])
    """
    tempted = delta * harm - gain
    willing = delta * harm + (1.0 - delta) * gain
    slack: FloatArray = np.where(gain > 0, tempted, np.where(other_gain > 0, willing, -gain))
    return slack


CLAIM = Claim(
    "restraint_sustainable",
    3,
    2,
    "Restraint on control and curb is a subgame-perfect path at the draw's own patience.",
    inequalities,
    (("USA", "chip_control"), ("CHN", "rare_earth_curb")),
    TIME,
    notes="The discount factor cannot be told apart from a hazard of break-up. Equilibria may sustain it; "
    "that one of them is played is not claimed.",
)
