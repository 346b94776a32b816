"""Bands of pooled forecasts: what each member says, at each draw of its parameters, with its weight.

A theory is asked at posterior draws of its parameters and counts at each for its share; whoever has no draws
is asked once. Chances are exact at each draw, so that the mean over draws has no noise but that of which
draws there are. What a pool has learned itself, its weights and lines, is taken as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.disputes import Scenario
from negotiation.truces.prediction.chances import Forecaster, Window, above_floor, forecast_ahead
from negotiation.truces.prediction.pools.logit_pool import LogitPool
from negotiation.truces.prediction.pools.prequential import BySeries, LinearPool, PrequentialSelection
from negotiation.truces.prediction.pools.resolved_months import leads_of, said
from negotiation.truces.record.past import Past

# By the name of a forecaster, the same forecaster at posterior draws of its parameters.
PosteriorDraws = Mapping[str, Sequence[Forecaster]]

BAND = (0.05, 0.95)


class Spread(NamedTuple):
    """Chances of several cases, each with its weight."""

    # (cases, windows, pairs, 1): they sum to one over the cases.
    weights: FloatArray
    # (cases, windows, pairs, 2): of a move up and of one down.
    chances: FloatArray

    @property
    def mean(self) -> FloatArray:
        """The mean chances, shape (windows, pairs, 2)."""
        return np.asarray((self.weights * self.chances).sum(axis=0))

    def quantile(self, share: float) -> FloatArray:
        """Return the least chance that cases with at least a share of the weight do not pass.

        Examples
        --------
        >>> two = Spread(np.full((2, 1, 1, 1), 0.5), np.array([0.1, 0.3]).reshape(2, 1, 1, 1))
        >>> two.quantile(0.05).item(), two.quantile(0.95).item()
        (0.1, 0.3)
        """
        order = self.chances.argsort(axis=0)
        chances = np.take_along_axis(self.chances, order, axis=0)
        weights = np.take_along_axis(np.broadcast_to(self.weights, self.chances.shape), order, axis=0)
        # Rounding must not push the last case out.
        reached = weights.cumsum(axis=0) >= min(share, 1.0) * weights.sum(axis=0) - np.spacing(1.0)
        found: FloatArray = np.take_along_axis(chances, reached.argmax(axis=0)[None], axis=0)[0]
        return found


def spread_of(
    forecaster: Forecaster,
    scenario: Scenario,
    past: Past,
    windows: Sequence[Window],
    drawn: PosteriorDraws,
) -> Spread:
    """Return what a forecaster says of some windows, case by case."""

    def of(one: Forecaster) -> Spread:
        """Return the cases of a member."""
        return spread_of(one, scenario, past, windows, drawn)

    if isinstance(forecaster, PrequentialSelection):
        return of(forecaster.chosen(scenario, past))
    if isinstance(forecaster, LinearPool):
        weights = forecaster.weights(scenario, past)[:, leads_of(past, windows)]
        # Cases of all members, each with its weight inside its member by that of the member.
        weights = weights.reshape(*weights.shape[:2], -1, 1)  # the same for all pairs, or by pair
        parts = [of(member) for member in forecaster.members]
        return Spread(
            np.concatenate([w * part.weights for w, part in zip(weights, parts, strict=True)]),
            np.concatenate([part.chances for part in parts]),
        )
    if isinstance(forecaster, BySeries):
        # What was learned is kept as it is at every draw: factors here, lines below.
        inner, factors = of(forecaster.of), forecaster.factors(scenario, past)
        return inner._replace(chances=above_floor(-np.expm1(factors * np.log1p(-inner.chances))))
    if isinstance(forecaster, LogitPool) and forecaster.theory is not None:
        lines = forecaster.lines(scenario, past)
        at = np.stack([lines[k].centre for k in leads_of(past, windows)])
        base, inner = said(forecaster.base, scenario, past, windows), of(forecaster.theory)
        every = [forecaster.at(at, base, one, windows) for one in inner.chances]
        return inner._replace(chances=above_floor(np.stack(every)))
    chosen = drawn.get(forecaster.name, (forecaster,))
    every = [forecast_ahead(one, scenario, past, windows) for one in chosen]
    chances = np.stack(every)
    return Spread(np.full_like(chances[..., :1], 1.0 / len(every)), chances)
