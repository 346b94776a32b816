"""The share of the plausible parameters in which each claim about the truces holds.

Every parameter of the calibration that has a range is drawn on it, by itself, by a scrambled Sobol sequence;
each claim (`negotiation/truces/claims`) is asked in each draw. A claim whose own condition is not met is left
empty.
"""

from collections.abc import Sequence

import numpy as np

import negotiation as ng
from negotiation.lab import Cell
from negotiation.truces.claims import claims
from negotiation.truces.parameter_draws import ParameterDraws


def asked(cells: Sequence[Cell]) -> list[dict[str, bool | None]]:
    """Return, for each draw, whether each claim holds."""
    names = [name for name in cells[0] if name in cells[0].base.parameters]
    values = {name: np.array([cell.number(name) for cell in cells]) for name in names}
    draws = ParameterDraws(cells[0].base, values)
    margins = {name: claim.measure(draws) for name, claim in claims().items()}
    return [
        {name: None if np.isnan(margin[b]) else bool(margin[b] > 0.0) for name, margin in margins.items()}
        for b in range(len(cells))
    ]


experiment = ng.Experiment(
    slug="shares_of_claims",
    question="In what share of the plausible parameters does each claim about the truces hold?",
    scenario="us-china-2025",
    space=ng.space.sobol(256, ng.space.parameter_ranges(), seed=2025),
    batch_measure=asked,
    batch=32,
    labels={
        **{name: name for name in ng.space.parameter_ranges()},
        **{name: claim.statement for name, claim in claims().items()},
    },
)
