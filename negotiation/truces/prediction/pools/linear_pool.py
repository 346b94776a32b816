"""A linear pool: the mean of what its members say, by weights that they have earned so far.

The weight of a member at a lead is in proportion to exp(-S), with S the sum over the months that are over of
its mean log score over the rows of a month. For forecasts one month ahead the pool's summed mean log scores
are then at most log K above those of the best of K members, whatever comes: weights by the geometric mean of
a month's chances are dominated, row by row, by the mean of the chances (Hoelder's inequality). A month counts
as one observation, since its moves come in packages.
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
from negotiation.truces.prediction.chances import Forecaster, WeekAsWindow, Window
from negotiation.truces.prediction.pools.resolved_months import leads_of, resolved_months, said, said_before
from negotiation.truces.record.past import Past

WeightsBy: TypeAlias = Literal["lead", "pair"]


@dataclass(frozen=True, eq=False)
class LinearPool(WeekAsWindow):
    """The mean of several forecasters by prequential weights.

    References
    ----------
    Vovk (1998), Journal of Computer and System Sciences 56.
    """

    name: str
    members: tuple[Forecaster, ...]
    # Whether weights differ by lead alone, or also by country and instrument, each from its own rows.
    by: WeightsBy = "lead"
    order: int = 200
    # Whether what was said at an origin counts, by its past; everything if not given. Where members say the
    # same their weights do not move, so that such origins need not be asked about.
    counts: Callable[[Past], bool] | None = None

    def __post_init__(self) -> None:
        if not self.members:
            raise InvalidGame(f"the pool {self.name!r} has no member; give one forecaster or more")
        if self.by not in get_args(WeightsBy):
            raise InvalidOptions(f"no weights by {self.by!r}; allowed: {', '.join(get_args(WeightsBy))}")

    def weights(self, scenario: Scenario, past: Past) -> FloatArray:
        """Return the weights from resolved months, shape (members, leads); last pairs, if by pair."""
        return past.once(("weights", self, scenario), lambda: self._weights(scenario, past))

    def _weights(self, scenario: Scenario, past: Past) -> FloatArray:
        over = resolved_months(scenario, past)
        if self.counts is not None:
            over = over.at([self.counts(one) for one in over.pasts])
        # A month counts once: the mean over its rows, of all pairs or of each.
        rows = (2, 3) if self.by == "lead" else (3,)
        known = over.known if self.by == "lead" else over.known[:, :, None]
        earned = []
        for member in self.members:
            chances = said_before(member, scenario, over)
            gained = np.log(np.where(over.came, chances, 1.0 - chances)).mean(axis=rows)
            earned.append(np.where(known, gained, 0.0).sum(axis=0))
        # With nothing resolved at a lead all have earned 0, so that weights begin even.
        return np.asarray(softmax(np.stack(earned), axis=0))

    def ahead(self, scenario: Scenario, past: Past, windows: Sequence[Window]) -> FloatArray:
        """Return the mean chances, shape (windows, pairs, 2)."""
        weights = self.weights(scenario, past)[:, leads_of(past, windows)]
        weights = weights.reshape(*weights.shape[:2], -1, 1)
        every = np.stack([said(member, scenario, past, windows) for member in self.members])
        found: FloatArray = (weights * every).sum(axis=0)
        return found
