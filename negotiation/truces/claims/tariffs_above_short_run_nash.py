"""Tariffs in the short run: Johnson (1953) on the optimum tariff; pass-through of 2018 to 2019."""

from __future__ import annotations

from negotiation.numeric import FloatArray
from negotiation.truces.claims.definition import Claim
from negotiation.truces.claims.tariff_rates import INSTRUMENTS, rate_above_nash
from negotiation.world.parameter_draws import ParameterDraws


def inequalities(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return how far each side's rate is above what it would choose by itself in the short run."""
    return rate_above_nash(draws, "short")


CLAIM = Claim(
    "tariffs_above_short_run_nash",
    1,
    1,
    "With short-run supply slopes the Geneva rates of both sides are above their stage Nash rates.",
    inequalities,
    INSTRUMENTS,
    (),
    unit="tariff rate, fraction",
    notes="Nash rates are those against the other side alone; pass-through of China's tariff is unsourced.",
)
