"""What linking tariffs, controls and the curb buys, as the hawks' weight and dependence vary.

The critical discount factor of the truce in each issue's own game (tariffs; control and curb), and in the
joint game, under the best punishments. Without a link a truce in everything needs the larger of the issues'
own; what the link buys is the difference. It is never negative: the joint game can always do what the
issues do.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

import negotiation as ng
from negotiation.disputes.posture_payoffs import posture_payoffs
from negotiation.game_theory.solvers.thresholds.many import critical_discount_factors
from negotiation.lab import Cell

DEPENDENCE = "state.rare_earth_dependence.middle"
HAWKS = "security_weight"
NEVER = 1.0
"""In place of a threshold where no patience is enough."""


def linkage(cells: Sequence[Cell]) -> list[dict[str, float]]:
    """Return, for each cell, the thresholds of the issues and of the joint game, and what the link buys."""
    base = cells[0].base
    state = replace(base.default_state, curb_dependence=1)
    varied = {name: np.array([cell.number(name) for cell in cells]) for name in (DEPENDENCE, HAWKS)}
    small = {
        (c, i): labels
        for c, menu in base.definition.sizes["small"].levels.items()
        for i, labels in menu.items()
    }
    found = {}
    for issue, names in {
        "tariffs": ("tariff",),
        "controls": ("chip_control", "rare_earth_curb"),
        "joint": ("tariff", "chip_control", "rare_earth_curb"),
    }.items():
        levels = {key: labels for key, labels in small.items() if key[1] in names}
        payoffs = posture_payoffs(base, varied, instruments=names, levels=levels, state=state)
        found[issue] = np.minimum(critical_discount_factors(payoffs, (0, 0)).values, NEVER)
    separate = np.maximum(found["tariffs"], found["controls"])
    value = separate - found["joint"]
    # The thresholds are known to about 1e-11.
    value[np.abs(value) < 1e-9] = 0.0
    return [
        {
            "tariffs_alone": float(found["tariffs"][b]),
            "controls_alone": float(found["controls"][b]),
            "linked": float(found["joint"][b]),
            "value_of_linkage": float(value[b]),
        }
        for b in range(len(cells))
    ]


experiment = ng.Experiment(
    slug="value_of_linkage",
    question=(
        "By how much does linking tariffs with controls and the curb lower the patience that a truce needs, "
        "as the weight of security hawks and dependence on rare earths vary?"
    ),
    scenario="us-china-2025",
    space=ng.space.linspace(HAWKS, 0.2, 0.8, 41) * ng.space.linspace(DEPENDENCE, 0.02, 0.8, 40),
    batch_measure=linkage,
    batch=256,
    labels={
        HAWKS: "weight of security hawks, 0 to 1",
        DEPENDENCE: "US dependence on Chinese rare earths, share of imports",
        "tariffs_alone": "critical discount factor, tariffs alone",
        "controls_alone": "critical discount factor, controls and curb alone (1: none)",
        "linked": "critical discount factor, linked (1: none)",
        "value_of_linkage": "value of linkage: fall of the critical discount factor",
    },
    shown=("controls_alone", "linked", "value_of_linkage"),
)
