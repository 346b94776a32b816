"""The other edge of linkage: a contract that puts tariff peace at stake for what it cannot hold."""

from __future__ import annotations

import numpy as np

from negotiation.numeric import FloatArray
from negotiation.truces.claims.definition import TIME, Claim
from negotiation.truces.claims.linkage_buys_patience import SMALL
from negotiation.truces.verdicts.incentives_by_draw import grim_margin, small_levels, small_payoffs, terms
from negotiation.world.parameter_draws import ParameterDraws


def inequalities(draws: ParameterDraws) -> dict[str, FloatArray]:
    """Return the slack of the tariff contract, the shortfall of the pooled one, and what tariffs stake."""
    alone, linked = terms(draws.payoffs(small_levels(draws, "tariff"))), terms(small_payoffs(draws))
    delta = draws.discount_factor[:, None]
    return {
        "tariffs by themselves hold": grim_margin(alone.gains, alone.stakes, delta).min(axis=1),
        "all or nothing does not": -grim_margin(linked.gains, linked.stakes, delta).min(axis=1),
        "tariffs are at stake": np.asarray(alone.stakes.sum(axis=1)),
    }


CLAIM = Claim(
    "linkage_destroys_tariff_peace",
    4,
    6,
    "Tariffs by themselves enforce themselves, the all-or-nothing contract does not, and tariffs are at "
    "stake in it.",
    inequalities,
    SMALL,
    TIME,
    notes="Contracts are grim trigger with reversion to the worst stage equilibrium; the best equilibrium of "
    "the joint game is never worse than unlinked play.",
)
