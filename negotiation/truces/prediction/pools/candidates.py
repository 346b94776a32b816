"""The nine forecasts that learn their weights, as decision 54 names them before any was run."""

from __future__ import annotations

from collections.abc import Sequence

from negotiation.truces.prediction.baselines import BASELINES, baseline
from negotiation.truces.prediction.chances import Forecaster
from negotiation.truces.prediction.pools.beta_binomial import BetaBinomialShrinkage
from negotiation.truces.prediction.pools.logit_pool import LogitPool
from negotiation.truces.prediction.pools.prequential import BySeries, LinearPool, PrequentialSelection
from negotiation.truces.record.past import Past

# The best baseline by months over eight years, when the candidates were written down.
BASE = "two pace"

SELECTED = "chosen as it went"

# What the rule of decision 54 chose over the record to November 2025.
CHOSEN = "all pooled"


def in_force(past: Past) -> bool:
    """Return whether an agreement is in force, without which all theories say the same."""
    return past.agreement() is not None


def theories_pooled(theories: Sequence[Forecaster]) -> LinearPool:
    """Return theories by the weights that they earned while an agreement was in force."""
    return LinearPool("theories pooled", tuple(theories), counts=in_force)


def candidates(theories: Sequence[Forecaster]) -> tuple[Forecaster, ...]:
    """Return the candidates, in the order of decision 54."""
    base, even = baseline(BASE), BetaBinomialShrinkage()
    pooled = theories_pooled(theories)
    by_series = tuple(BySeries(one) for one in theories)
    return (
        LinearPool("baselines pooled", BASELINES),
        LinearPool("baselines pooled by pair", BASELINES, "pair"),
        even,
        LogitPool("recalibrated", base),
        pooled,
        LogitPool("base and theories", base, pooled),
        LogitPool("even base and theories", even, pooled),
        LinearPool("theories by series", by_series),
        LinearPool("all pooled", (*BASELINES, even, *by_series)),
    )


def selected_prequentially(given: Sequence[Forecaster]) -> PrequentialSelection:
    """Return the prequential selection among candidates: at each day the one that was best so far."""
    return PrequentialSelection(SELECTED, tuple(given))
