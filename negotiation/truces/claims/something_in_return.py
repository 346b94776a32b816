"""Restraint for something in return: tariffs and purchases in the bargain."""

from __future__ import annotations

from negotiation.numeric import FloatArray
from negotiation.truces.claims.definition import Claim
from negotiation.truces.claims.linkage_bargains import INSTRUMENTS, bargaining_payoffs
from negotiation.truces.verdicts.incentives_by_draw import worst_equilibrium
from negotiation.world.parameter_draws import ParameterDraws


def inequalities(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return each side's payoff of the whole truce less that of the worst stage equilibrium."""
    payoffs = bargaining_payoffs(draws)
    stake = payoffs[:, 0, 0] - worst_equilibrium(payoffs)
    return {country: stake[:, i] for i, country in enumerate(draws.scenario.countries)}


CLAIM = Claim(
    "something_in_return",
    3,
    6,
    "With tariffs and purchases in the bargain both sides prefer the whole truce to the stage equilibrium.",
    inequalities,
    INSTRUMENTS,
    (),
    notes="Where it holds restraint can be renegotiation-proof. Other gifts (fees, listings, precursors) are "
    "left out.",
)
