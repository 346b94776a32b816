"""What one dispute teaches of another: rate, precision and adjustment cost shared, in whole or in part.

Densities of the records of several disputes are worked out at the same points, which cover the wide prior
evenly (scrambled Sobol points; Owen 1998). All that follows are sums over them: the posterior of one dispute
is the prior of the next by multiplying the weights, with nothing fitted in between. In part: coordinates of
the disputes, standard normal each, are correlated by rho, so that the prior of each dispute alone stays as
wide as it was; rho = 0 is no pooling, rho = 1 is one parameter for all. Points come in sets that are
scrambled by themselves: how much a result changes without one of them says how exact it is (the jackknife).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp, ndtri
from scipy.stats import qmc

from negotiation.errors import InvalidGame
from negotiation.labelled import Table, Tabular
from negotiation.numeric import FloatArray, IntArray
from negotiation.status import Status
from negotiation.truces.estimation.model import RecordModel
from negotiation.truces.estimation.priors import parameters_at

POOLED = ("pace.move_rate", "logit.precision", "pace.adjustment")
"""What may be shared, in the order of the points' coordinates."""
RHOS = (0.0, 0.3, 0.6, 0.9)
"""Correlations of disputes that are thought equally likely where pooling is in part. Nearer to one, too few
points lie near each other in all three parameters."""
CLOSE = 0.95
"""For one parameter that is shared alone: nearly the same number, so that points near each other count."""
COMMON, COMMON_SEED = 1024, 1
"""Points for what the disputes have in common, and their seed."""


def even_points(sets: int, points: int, seed: int) -> FloatArray:
    """Return points that are standard normal, shape (sets, points, 3)."""
    dimension = len(POOLED)
    drawn = [
        qmc.Sobol(dimension, scramble=True, rng=np.random.default_rng([seed, k])).random(points)
        for k in range(sets)
    ]
    return np.asarray(ndtri(np.stack(drawn)))


def densities_at(model: RecordModel, points: FloatArray) -> FloatArray:
    """Return the log density of a model's record at points, shape (sets, points).

    Shapes: `points` (sets, points, 3).
    """
    others = [prior.name for prior in model.priors if prior.name not in POOLED]
    if others:
        raise InvalidGame(
            f"{model.name} estimates {', '.join(others)}; choose `parameters` among {', '.join(POOLED)}"
        )
    flat = points.reshape(-1, len(POOLED))
    own = flat[:, [POOLED.index(prior.name) for prior in model.priors]]
    found = model.log_densities(parameters_at(model.priors, own)).sum(axis=1)
    return np.asarray(found.reshape(points.shape[:2]))


@dataclass(frozen=True, eq=False)
class Pooling(Tabular):
    """What disputes teach each other under one theory."""

    theory: str
    # (sets, points, 3): standard normal coordinates.
    points: FloatArray
    # (sets, points): by dispute, the log density of its record.
    densities: Mapping[str, FloatArray]
    status: Status = "complete"

    def alone(self, dispute: str) -> tuple[float, float]:
        """Return the log density of a dispute under the wide prior, and its error."""
        return self._with_error(lambda sets: self._log_mean(sets, self.densities[dispute]))

    def _with_error(self, found: Callable[[IntArray], float]) -> tuple[float, float]:
        """Return a number from all sets of points, and its error by leaving out one after the other."""
        every = np.arange(len(self.points))
        if len(every) == 1:
            return found(every), float("nan")
        without = np.array([found(np.delete(every, k)) for k in every])
        return found(every), float(without.std() * np.sqrt(len(every) - 1))

    @staticmethod
    def _log_mean(sets: IntArray, logs: FloatArray) -> float:
        return float(logsumexp(logs[sets]) - np.log(logs[sets].size))

    def quantile(self, dispute: str, parameter: str, share: float) -> float:
        """Return a quantile of a parameter's coordinate in the posterior of a dispute alone."""
        column = self.points[..., POOLED.index(parameter)].ravel()
        logs = self.densities[dispute].ravel()
        order = np.argsort(column)
        weights = np.exp(logs - logsumexp(logs))[order]
        at = int(np.searchsorted(np.cumsum(weights), share))
        return float(column[order][min(at, len(column) - 1)])

    def gain(self, held_out: str, taught_by: Sequence[str]) -> tuple[float, float]:
        """Return what the posterior of other disputes adds to the log density of one, and its error.

        All three parameters are one and the same in all disputes.
        """
        others = np.asarray(sum(self.densities[name] for name in taught_by))
        own = self.densities[held_out]

        def gained(sets: IntArray) -> float:
            """Return the gain by some sets of points."""
            both, apart = self._log_mean(sets, others + own), self._log_mean(sets, others)
            return both - apart - self._log_mean(sets, own)

        return self._with_error(gained)

    def gain_in_part(
        self,
        held_out: str,
        taught_by: Sequence[str],
        shared: Sequence[str] = POOLED,
        rho: float | None = None,
    ) -> tuple[float, float]:
        """Return the same where parameters of disputes are correlated."""
        tried = RHOS if rho is None else (rho,)

        def gained(sets: IntArray) -> float:
            """Return the gain by some sets of points."""
            both, others = [], []
            for value in tried:
                given = {n: self._given_common(sets, n, shared, value) for n in (held_out, *taught_by)}
                taught = np.asarray(sum(given[name] for name in taught_by))
                both.append(logsumexp(taught + given[held_out]))
                others.append(logsumexp(taught))
            own = self._log_mean(sets, self.densities[held_out])
            return float(logsumexp(both) - logsumexp(others)) - own

        return self._with_error(gained)

    def _given_common(self, sets: IntArray, dispute: str, shared: Sequence[str], rho: float) -> FloatArray:
        """Return the log density of a dispute given what all have in common, shape (COMMON,)."""
        axes = [POOLED.index(name) for name in shared]
        common = even_points(1, COMMON, COMMON_SEED)[0][:, axes] * np.sqrt(rho)
        at = self.points[sets].reshape(-1, 1, len(POOLED))[..., axes]
        # A normal distribution about what is common, against that by which the points are drawn.
        apart = -0.5 * ((at - common) ** 2 / (1 - rho) - at**2 + np.log(1 - rho)).sum(axis=-1)
        logs = self.densities[dispute][sets].reshape(-1, 1) + apart
        # Divided by the weights' sum, not by their number: where few points are near, both err alike.
        return np.asarray(logsumexp(logs, axis=0) - logsumexp(apart, axis=0))

    def table(self) -> Table:
        """Return the gain of each dispute from all others, by what is shared."""
        names = tuple(self.densities)
        rows = []
        for held_out in names:
            others = [name for name in names if name != held_out]
            rows.append((held_out, "all three", *self.gain(held_out, others)))
            rows += [(held_out, one, *self.gain_in_part(held_out, others, [one], CLOSE)) for one in POOLED]
            rows.append((held_out, "in part", *self.gain_in_part(held_out, others)))
        return Table(
            f"{self.theory}: gains from others", ("held out", "shared", "gain", "error"), tuple(rows)
        )
