"""Why controls became tradable, first answer: stocks, which stand in for what a curb withholds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from negotiation.numeric import FloatArray
from negotiation.truces.claims.definition import TIME, Claim
from negotiation.truces.studies.leverage_quantities import lasting_harm
from negotiation.truces.verdicts.incentives_by_draw import small_levels, small_payoffs, weapons
from negotiation.world.parameter_draws import CURB, ParameterDraws
from negotiation.world.state import SIZES, STATE_PARAMETERS

FULL = 2
"""Step of full dependence, and of full stocks."""


def inequalities(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return the lasting leverage over the gain with stocks gone, and the gain over it with stocks full."""
    gain, delta = weapons(small_payoffs(draws)).gain, draws.discount_factor
    lasting = draws.kept("lasting harm", lambda: _lasting(draws))
    return {
        "2025, stocks gone": delta * lasting[:, 0] - gain,
        "2023, stocks full": gain - delta * lasting[:, FULL],
    }


def _lasting(draws: ParameterDraws) -> FloatArray:
    """Return the average discounted harm of a curb that stays, by stocks, shape (D, 3)."""
    curb = small_levels(draws, CURB)
    steps = [
        replace(draws.scenario.default_state, rare_earth_dependence=step, stocks=0)
        for step in range(SIZES["rare_earth_dependence"])
    ]
    games = [draws.payoffs(curb, state=state) for state in steps]
    harm = np.stack([game[:, 0, 0, 0] - game[:, 0, 1, 0] for game in games], axis=1)
    return np.array([lasting_harm(one, harm[k])[FULL] for k, one in enumerate(draws)])


CLAIM = Claim(
    "stocks_explain_2023",
    3,
    3,
    "A lasting curb answered a period later outweighs the control's gain with stocks gone, and does not "
    "with stocks full.",
    inequalities,
    (("USA", "chip_control"), ("CHN", "rare_earth_curb")),
    (*TIME, *(name for name in STATE_PARAMETERS if not name.startswith("state.chip"))),
    notes="That stocks were full in 2023 is assumed: no curb on rare earths had been used. Dependence is at "
    "its full step in both years.",
)
