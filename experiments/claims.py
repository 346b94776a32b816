"""In what share of plausible parameter draws each claim about the truces holds.

The claims and their thresholds were written down before the run (docs/decisions/0013). A cell is a draw of
all parameters from their ranges, a scrambled Sobol sequence; its measures are the claims' margins, in the
units that the claims give, and whether each holds. Margins are missing where a claim does not apply.
"""

from collections.abc import Sequence

import numpy as np

import negotiation as ng
from negotiation.lab import Cell
from negotiation.truces.claims import claims
from negotiation.truces.parameter_draws import ParameterDraws

RANGES = ng.space.parameter_ranges()


def margins(cells: Sequence[Cell]) -> list[dict[str, float | bool | None]]:
    """Return, for each draw, the margin of every claim and whether it holds."""
    draws = ParameterDraws(
        cells[0].base, {name: np.array([cell.number(name) for cell in cells]) for name in RANGES}
    )
    found = {name: one.measure(draws).tolist() for name, one in claims().items()}
    return [
        {
            key: value
            for name, values in found.items()
            for key, value in (
                (name, values[k] if np.isfinite(values[k]) else None),
                (f"{name}_holds", values[k] > 0.0 if np.isfinite(values[k]) else None),
            )
        }
        for k in range(len(cells))
    ]


experiment = ng.Experiment(
    slug="claims",
    question="In what share of draws from the calibration's ranges does each claim about the truces hold?",
    scenario="us-china-2025",
    space=ng.space.sobol(4096, RANGES),
    batch_measure=margins,
    batch=256,
    labels={
        **{name: name for name in RANGES},
        **{name: f"{name.replace('_', ' ')}: margin, {one.unit}" for name, one in claims().items()},
        **{f"{name}_holds": f"{name.replace('_', ' ')}: holds" for name in claims()},
    },
    shown=("leverage_outweighs_gain", "restraint_sustainable", "busan_covered", "coverage_at_busan"),
)
