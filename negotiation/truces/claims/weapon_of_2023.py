"""Why controls became tradable, second answer: the weapon. In 2023 China licensed gallium and germanium."""

from __future__ import annotations

from negotiation.numeric import FloatArray
from negotiation.truces.claims.definition import TIME, Claim
from negotiation.truces.verdicts.incentives_by_draw import small_payoffs, weapons
from negotiation.world.parameter_draws import ParameterDraws

MINERALS = {("CHN", "minerals_ban"): ("free", "licensed")}


def inequalities(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return the gain over the harm of the weapon of 2023, and the harm of the curb over the gain."""
    found, delta = weapons(small_payoffs(draws)), draws.discount_factor
    game = draws.payoffs(MINERALS)
    harm = game[:, 0, 0, 0] - game[:, 0, 1, 0]
    return {
        "2023, minerals licensed": found.gain - delta * harm,
        "2025, full curb": delta * found.harm - found.gain,
    }


CLAIM = Claim(
    "weapon_of_2023",
    3,
    4,
    "Licensing gallium and germanium, the weapon of 2023, does not outweigh the control's gain, and the "
    "rare-earth curb does.",
    inequalities,
    (("USA", "chip_control"), ("CHN", "rare_earth_curb"), ("CHN", "minerals_ban")),
    TIME,
    notes="The licensing of 1 August 2023 is sourced; its harm is an assumed share of an assumed harm. "
    "Whether the rare-earth curb could have been used in 2023 is not known.",
)
