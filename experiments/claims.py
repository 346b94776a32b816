"""By how much each claim about the truces holds or fails, over plausible parameters.

The claims and their thresholds were written down before the run (docs/decisions/0013). A cell is a draw of
all parameters from their ranges, a scrambled Sobol sequence; its measures are the claims' margins, in the
units that the claims give, above zero where the claim holds and missing where it does not apply. Shares alone
are in `shares_of_claims`.
"""

from collections.abc import Sequence

import numpy as np

import negotiation as ng
from negotiation.disputes.parameter_draws import ParameterDraws
from negotiation.lab import Cell
from negotiation.truces.claims import claims

RANGES = ng.space.parameter_ranges()


def margins(cells: Sequence[Cell]) -> list[dict[str, float | None]]:
    """Return, for each draw, the margin of every claim."""
    draws = ParameterDraws(
        cells[0].base, {name: np.array([cell.number(name) for cell in cells]) for name in RANGES}
    )
    found = {name: one.measure(draws).tolist() for name, one in claims().items()}
    return [
        {name: values[k] if np.isfinite(values[k]) else None for name, values in found.items()}
        for k in range(len(cells))
    ]


experiment = ng.Experiment(
    slug="claims",
    question="By how much does each claim about the truces hold or fail over the ranges of the parameters?",
    scenario="us-china-2025",
    space=ng.space.sobol(4096, RANGES),
    batch_measure=margins,
    batch=256,
    labels={
        **{name: name for name in RANGES},
        **{name: f"{name.replace('_', ' ')}: margin, {one.unit}" for name, one in claims().items()},
    },
    shown=("leverage_outweighs_gain", "restraint_sustainable", "busan_covered", "coverage_at_busan"),
)
