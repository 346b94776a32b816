"""Learning from past months: weights in a linear pool, selection, and a pace by series.

A linear pool is the weighted mean of its members. The weight of a member at a lead is proportional to
exp(-S), where S is the sum over past months of its mean log score over the rows of a month. For forecasts one
month ahead, the pool's sum of mean log scores then exceeds that of the best of K members by at most log K,
whatever happens. This follows from Hoelder's inequality: the geometric mean over the rows of a month of the
pooled chances is at least the weighted mean of the members' geometric means. A month counts as one
observation, since its moves come in packages.

Prequential selection (Dawid 1984) uses, on each day, the forecaster that was best on the rows resolved by
then.

By series, a theory's chances are rescaled to the pace of the record. A step within a level is no option of a
theory's game, so a theory underestimates series with many moves of that kind. The theory's hazard of each
series is therefore multiplied by (a + N) / (a + E). N is the number of past months with a move of the series,
E is the sum of the theory's hazards one month ahead, and a is the shape of a gamma distribution of factors
with mean 1, by empirical Bayes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np
from scipy.special import softmax

from negotiation.base.numeric import FloatArray
from negotiation.disputes import Scenario
from negotiation.errors import InvalidGame, InvalidOptions
from negotiation.truces.prediction.baselines.shrunk_hazard import shape_of_rates
from negotiation.truces.prediction.chances import Forecaster, WeekAsWindow, Window
from negotiation.truces.prediction.pools.resolved_months import leads_of, resolved_months, said, said_before
from negotiation.truces.record.past import Past

WeightsBy: TypeAlias = Literal["lead", "pair"]


@dataclass(frozen=True, eq=False)
class LinearPool(WeekAsWindow):
    """The weighted mean of several forecasters, with prequential weights.

    References
    ----------
    Vovk (1998), Journal of Computer and System Sciences 56.
    """

    name: str
    members: tuple[Forecaster, ...]
    # "lead" for weights that differ by lead only, "pair" for weights by lead, country and instrument.
    by: WeightsBy = "lead"
    order: int = 200
    # Whether the forecasts from a past count; all count if not given. Where members agree, weights do not
    # change, so such origins can be left out.
    counts: Callable[[Past], bool] | None = None

    def __post_init__(self) -> None:
        if not self.members:
            raise InvalidGame(f"the pool {self.name!r}: `members` is empty; give at least one forecaster")
        if self.by not in get_args(WeightsBy):
            raise InvalidOptions(
                f"the pool {self.name!r}: `by` is {self.by!r}; "
                f"allowed: {', '.join(map(repr, get_args(WeightsBy)))}"
            )

    def weights(self, scenario: Scenario, past: Past) -> FloatArray:
        """Return the weights from resolved months, shape (members, leads) or (members, leads, pairs)."""
        return past.once(("weights", self, scenario), lambda: self._weights(scenario, past))

    def _weights(self, scenario: Scenario, past: Past) -> FloatArray:
        over = resolved_months(scenario, past)
        if self.counts is not None:
            over = over.at([self.counts(earlier) for earlier in over.pasts])
        # A month counts once: the mean over its rows, of all pairs or of each.
        rows = (2, 3) if self.by == "lead" else (3,)
        known = over.known if self.by == "lead" else over.known[:, :, None]
        earned = []
        for member in self.members:
            chances = said_before(member, scenario, over)
            gained = np.log(np.where(over.came, chances, 1.0 - chances)).mean(axis=rows)
            earned.append(np.where(known, gained, 0.0).sum(axis=0))
        # If nothing is resolved at a lead, all members have earned 0 and have equal weights.
        return np.asarray(softmax(np.stack(earned), axis=0))

    def ahead(self, scenario: Scenario, past: Past, windows: Sequence[Window]) -> FloatArray:
        """Return the weighted mean chances, shape (windows, pairs, 2)."""
        weights = self.weights(scenario, past)[:, leads_of(past, windows)]
        weights = weights.reshape(*weights.shape[:2], -1, 1)
        every = np.stack([said(member, scenario, past, windows) for member in self.members])
        pooled: FloatArray = (weights * every).sum(axis=0)
        return pooled


# Leads whose mean log scores decide (decision 54).
COUNTED = (1, 3, 6, 12)


@dataclass(frozen=True, eq=False)
class PrequentialSelection(WeekAsWindow):
    """The forecast of the member with the smallest sum of mean log scores at the leads `COUNTED` so far."""

    name: str
    # At least one; the first is used until a month is resolved.
    members: tuple[Forecaster, ...]
    order: int = 200

    def __post_init__(self) -> None:
        if not self.members:
            raise InvalidGame(
                f"the selection {self.name!r}: `members` is empty; give at least one forecaster"
            )

    def chosen(self, scenario: Scenario, past: Past) -> Forecaster:
        """Return the member that was best on the resolved rows."""
        return past.once(("chosen", self, scenario), lambda: self._chosen(scenario, past))

    def _chosen(self, scenario: Scenario, past: Past) -> Forecaster:
        over = resolved_months(scenario, past)
        leads = [lead - 1 for lead in COUNTED if over.known[:, lead - 1].any()]
        lost = []
        for member in self.members:
            chances = said_before(member, scenario, over)
            scores = -np.log(np.where(over.came, chances, 1.0 - chances)).mean(axis=(2, 3))
            # Leads count alike, however few of their months are resolved.
            lost.append(float(sum(scores[over.known[:, k], k].mean() for k in leads)))
        return self.members[int(np.argmin(lost))]

    def ahead(self, scenario: Scenario, past: Past, windows: Sequence[Window]) -> FloatArray:
        """Return the chances of the chosen member, shape (windows, pairs, 2)."""
        return said(self.chosen(scenario, past), scenario, past, windows)


@dataclass(frozen=True, eq=False)
class BySeries(WeekAsWindow):
    """A forecaster whose hazard of each series is multiplied by a shrunk ratio of past to expected moves."""

    # The forecaster that is rescaled.
    of: Forecaster
    order: int = 200

    @property
    def name(self) -> str:
        """Name in tables."""
        return f"{self.of.name}, by series"

    def factors(self, scenario: Scenario, past: Past) -> FloatArray:
        """Return the factors of hazards from past months, shape (pairs, 2)."""
        over = resolved_months(scenario, past)
        if not over.pasts:
            return np.ones(over.came.shape[2:])
        hazards = -np.log1p(-said_before(self.of, scenario, over)[:, 0])
        came, expected = over.came[:, 0].sum(axis=0).astype(np.float64), hazards.sum(axis=0)
        # Only one month ahead: later leads would count the same moves again.
        shape = shape_of_rates(came.ravel(), expected.ravel())
        factors: FloatArray = (shape + came) / (shape + expected)
        return factors

    def ahead(self, scenario: Scenario, past: Past, windows: Sequence[Window]) -> FloatArray:
        """Return the chances, shape (windows, pairs, 2)."""
        hazards = -np.log1p(-said(self.of, scenario, past, windows))
        ahead: FloatArray = -np.expm1(-self.factors(scenario, past) * hazards)
        return ahead
