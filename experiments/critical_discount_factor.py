"""The patience that restraint needs, as dependence on rare earths and the worth of the control vary.

The small posture game: tariffs {truce, peak} and chip control {0, 1} for the USA, tariffs and curb for China.
Restraint is the calm profile. Dependence enters as the middle step of the state, so that it moves against the
dependence at which the curb's greatest harm is stated. The smallest case of the model (one control, one
curb) is measured beside it: restraint there needs delta >= g/h and, for a curb that costs its user,
delta >= kappa/(kappa + c). Thresholds are found in many games at once; one is certified by
`ng.critical_discount_factor`.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

import negotiation as ng
from negotiation.disputes.periods import longest_reaction_lag
from negotiation.disputes.posture_payoffs import posture_payoffs
from negotiation.game_theory.solvers.thresholds.many import critical_discount_factors
from negotiation.lab import Cell

DEPENDENCE = "state.rare_earth_dependence.middle"
SECURITY = "chip_control.security_ratio"
NEVER = 1.0
"""Where no patience is enough in the smallest case; for the whole game the threshold is infinite."""


def thresholds(cells: Sequence[Cell]) -> list[dict[str, float | None]]:
    """Return, for each cell, the critical discount factor of restraint and the smallest case's thresholds."""
    base = cells[0].base
    state = replace(base.default_state, curb_dependence=1)
    varied = {name: np.array([cell.number(name) for cell in cells]) for name in (DEPENDENCE, SECURITY)}
    payoffs = posture_payoffs(base, varied, "small", state=state)
    found = critical_discount_factors(payoffs, (0, 0)).values
    # Row 1 and column 1 of the small game: the control, or the curb, and nothing else.
    gain, harm = payoffs[:, 1, 0, 0] - payoffs[:, 0, 0, 0], payoffs[:, 0, 0, 0] - payoffs[:, 0, 1, 0]
    cost, loss = payoffs[:, 0, 0, 1] - payoffs[:, 0, 1, 1], payoffs[:, 0, 0, 1] - payoffs[:, 1, 0, 1]
    yearly = base.parameters["discount_factor_annual"]
    usa = np.maximum(gain, 0.0) / harm
    chn = np.where(gain > 0.0, np.maximum(cost, 0.0) / (np.maximum(cost, 0.0) + loss), 0.0)
    return [
        {
            "critical_discount_factor": float(found[b]),
            "smallest_case": float(min(NEVER, max(usa[b], chn[b]))),
            "usa_needs": float(usa[b]),
            "chn_needs": float(chn[b]),
            "longest_lag_days": longest_reaction_lag(found[b], yearly),
        }
        for b in range(len(cells))
    ]


experiment = ng.Experiment(
    slug="critical_discount_factor",
    question=(
        "How patient must both sides be for restraint on chip control and rare-earth curb, as dependence on "
        "rare earths and the ratio of the control's worth to its cost vary?"
    ),
    scenario="us-china-2025",
    space=ng.space.linspace(DEPENDENCE, 0.05, 0.8, 61) * ng.space.linspace(SECURITY, 0.0, 6.0, 61),
    batch_measure=thresholds,
    batch=1024,
    labels={
        DEPENDENCE: "US dependence on Chinese rare earths, share of imports",
        SECURITY: "worth of the first unit of the chip control over its cost",
        "critical_discount_factor": "critical discount factor, a period (infinite: none)",
        "smallest_case": "critical discount factor without tariffs (1: none)",
        "usa_needs": "g / h: what the USA's temptation needs",
        "chn_needs": "kappa / (kappa + c): what China's readiness to punish needs",
        "longest_lag_days": "longest reaction lag, days (empty: none)",
    },
    shown=("critical_discount_factor", "smallest_case"),
)
