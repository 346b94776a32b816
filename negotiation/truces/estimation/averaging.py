"""Models of one record side by side: evidence along the way, and the weights that follow from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.special import softmax

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray
from negotiation.errors import InvalidGame
from negotiation.truces.estimation.posterior import Posterior


@dataclass(frozen=True, eq=False)
class Comparison(Tabular, Drawable):
    """Posteriors of one record."""

    _figure = "truces.posterior:comparison_figure"

    posteriors: tuple[Posterior, ...]

    @property
    def scores(self) -> FloatArray:
        """Log density of each observation as predicted from those before it, shape (models, observations)."""
        return np.stack([one.scores for one in self.posteriors])

    @property
    def weights(self) -> FloatArray:
        """Weights before each observation and after the last, shape (models, observations + 1).

        Equal at first; then in proportion to what each model gave to all that was seen so far. No weight
        knows what comes after it.
        """
        along = np.cumsum(self.scores, axis=1)
        before = np.hstack([np.zeros((len(along), 1)), along])
        return np.asarray(softmax(before, axis=0))

    @property
    def average(self) -> FloatArray:
        """Log density of each observation under the models averaged by their weights before it."""
        return np.asarray(np.log((self.weights[:, :-1] * np.exp(self.scores)).sum(axis=0)))

    def table(self) -> Table:
        """Return a row for each model, the best first, and one for their average."""
        last = self.weights[:, -1]
        rows = [
            (one.model, len(one.priors), one.log_evidence, one.log_evidence_error, float(weight))
            for one, weight in zip(self.posteriors, last, strict=True)
        ]
        rows.sort(key=lambda row: -row[2])
        average = ("average of all", None, float(self.average.sum()), None, None)
        title = f"evidence of {len(self.posteriors[0].observations)} observations"
        return Table(title, ("model", "parameters", "log evidence", "error", "weight"), (*rows, average))


def compared(posteriors: Iterable[Posterior]) -> Comparison:
    """Return posteriors side by side."""
    given = tuple(posteriors)
    if not given:
        raise InvalidGame("there is nothing to compare; give a posterior or more")
    for one in given:
        if one.observations != given[0].observations:
            raise InvalidGame(
                f"{one.model} explains {len(one.observations)} observations, {given[0].model} "
                f"{len(given[0].observations)}, and they are not the same; give models of one record"
            )
    return Comparison(given)
