"""What one dispute teaches of another where rate, precision and adjustment cost are shared by disputes.

Log densities of the records of three disputes under each theory stand at points that cover the wide prior of
the three evenly (scrambled Sobol points; Owen 1998); a theory and a dispute take from ten seconds to a
minute. All that follows are sums over the points: the posterior of one dispute is the prior of the next by
multiplying the weights, with nothing fitted in between. In part: coordinates of the disputes, standard normal
each, are correlated by rho, so that the prior of each dispute alone stays as wide as it was; rho = 0 is no
pooling, rho = 1 is one parameter for all. Points come in sets that are scrambled by themselves: how much a
result changes without one of them says how exact it is (the jackknife).
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from scipy.special import logsumexp, ndtr, ndtri
from scipy.stats import qmc

from negotiation.disputes import load_scenario
from negotiation.truces.estimation.priors import parameters_at
from negotiation.truces.estimation.theory_record import theory_record
from negotiation.truces.record.timeline import record_ends
from negotiation.truces.theories import theories_by_name

MAKES = ("pooling_points", "pooling_alone", "pooling_gains")
HEAVY = True  # a quarter of an hour
POOLED = ("pace.move_rate", "logit.precision", "pace.adjustment")
"""What may be shared, in the order of the points' coordinates."""
RHOS = (0.0, 0.3, 0.6, 0.9)
"""Correlations of disputes that are thought equally likely where pooling is in part. Nearer to one, too few
points lie near each other in all three parameters."""
CLOSE = 0.95
"""For one parameter that is shared alone: nearly the same number, so that points near each other count."""
COMMON, COMMON_SEED = 1024, 1
"""Points for what the disputes have in common, and their seed."""
DISPUTES = {
    "us-china-2025": ("small", date(2025, 1, 1)),
    "japan-korea-2019": ("core", None),
    "australia-china-2020": ("small", None),
}
"""Size of the games, and since when agreements are read. The core games of the others take too long."""
SETS, POINTS = 4, 128
KEPT, SHOWN = 5, 4
"""Decimals of a log density that are kept, and digits of what follows."""


def compute(budget):
    """Return log densities by point, parameters of each dispute alone, and gains of a held-out one."""
    points = even_points(SETS, min(POINTS, budget.replay_draws), budget.seed)
    theories = [name for name, one in theories_by_name().items() if one.in_time]
    models = {(theory, dispute): model(theory, dispute) for theory in theories for dispute in DISPUTES}
    densities = {key: densities_at(one, points).round(KEPT) for key, one in models.items()}
    priors = {prior.name: prior for prior in models[theories[0], "us-china-2025"].priors}
    alone, gains = [], []
    for theory in theories:
        pooling = Pooling(points, {dispute: densities[theory, dispute] for dispute in DISPUTES})
        for dispute in DISPUTES:
            alone.append((theory, dispute, *alone_row(pooling, dispute, priors)))
            gains += [
                (theory, dispute, shared, taught_by, *map(rounded, numbers))
                for (shared, taught_by), numbers in gains_of(pooling, dispute).items()
            ]
    quantiles = [f"{name.split('.')[1]}_{percent}" for name in POOLED for percent in (5, 50, 95)]
    columns = ["theory", "held_out", "shared", "taught_by", "gain", "error"]
    return {
        "pooling_points": pd.DataFrame({"/".join(key): column.ravel() for key, column in densities.items()}),
        "pooling_alone": pd.DataFrame(
            alone, columns=["theory", "dispute", "log_density", "error", *quantiles]
        ),
        "pooling_gains": pd.DataFrame(gains, columns=columns),
    }


def alone_row(pooling, dispute, priors):
    """Return the log density of a dispute under the wide prior with its error, and quantiles after it."""
    places = (
        (name, ndtr(pooling.quantile(dispute, name, share))) for name in POOLED for share in (0.05, 0.5, 0.95)
    )
    return tuple(map(rounded, (*pooling.alone(dispute), *(priors[name].at(place) for name, place in places))))


def gains_of(pooling, held_out):
    """Return gains of a dispute with their errors, by what is shared and which dispute teaches it."""
    others = [name for name in DISPUTES if name != held_out]
    found = {
        ("all", "others"): pooling.gain(held_out, others),
        ("part", "others"): pooling.gain_in_part(held_out, others),
    }
    found |= {("all", name): pooling.gain(held_out, [name]) for name in others}
    for name in POOLED:
        for word, taught_by in (("others", others), *((one, [one]) for one in others)):
            gain = pooling.gain_in_part(held_out, taught_by, [name], CLOSE)
            found[name.split(".")[1], word] = gain
    return found


def rounded(value):
    """Return a number with the digits that are kept."""
    return float(f"{value:.{SHOWN}g}")


def even_points(sets, points, seed):
    """Return points that are standard normal, shape (sets, points, 3)."""
    dimension = len(POOLED)
    drawn = [
        qmc.Sobol(dimension, scramble=True, rng=np.random.default_rng([seed, k])).random(points)
        for k in range(sets)
    ]
    return np.asarray(ndtri(np.stack(drawn)))


def densities_at(model, points):
    """Return the log density of a model's record at points, shape (sets, points).

    Shapes: `points` (sets, points, 3).
    """
    flat = points.reshape(-1, len(POOLED))
    own = flat[:, [POOLED.index(prior.name) for prior in model.priors]]
    found = model.log_densities(parameters_at(model.priors, own)).sum(axis=1)
    return np.asarray(found.reshape(points.shape[:2]))


@dataclass(frozen=True, eq=False)
class Pooling:
    """What disputes teach each other under one theory: sums over points with their log densities.

    Shapes: `points` (sets, points, 3), standard normal coordinates; `densities` by dispute (sets, points).
    """

    points: np.ndarray
    densities: dict[str, np.ndarray]

    def alone(self, dispute):
        """Return the log density of a dispute under the wide prior, and its error."""
        return self._with_error(lambda sets: self._log_mean(sets, self.densities[dispute]))

    def _with_error(self, number):
        """Return a number from all sets of points, and its error by leaving out one after the other."""
        every = np.arange(len(self.points))
        if len(every) == 1:
            return number(every), float("nan")
        without = np.array([number(np.delete(every, k)) for k in every])
        return number(every), float(without.std() * np.sqrt(len(every) - 1))

    @staticmethod
    def _log_mean(sets, logs):
        return float(logsumexp(logs[sets]) - np.log(logs[sets].size))

    def quantile(self, dispute, parameter, share):
        """Return a quantile of a parameter's coordinate in the posterior of a dispute alone."""
        column = self.points[..., POOLED.index(parameter)].ravel()
        logs = self.densities[dispute].ravel()
        order = np.argsort(column)
        weights = np.exp(logs - logsumexp(logs))[order]
        at = int(np.searchsorted(np.cumsum(weights), share))
        return float(column[order][min(at, len(column) - 1)])

    def gain(self, held_out, taught_by):
        """Return what the posterior of other disputes adds to the log density of one, and its error.

        All three parameters are one and the same in all disputes.
        """
        others = np.asarray(sum(self.densities[name] for name in taught_by))
        own = self.densities[held_out]

        def gained(sets):
            """Return the gain by some sets of points."""
            both, apart = self._log_mean(sets, others + own), self._log_mean(sets, others)
            return both - apart - self._log_mean(sets, own)

        return self._with_error(gained)

    def gain_in_part(self, held_out, taught_by, shared=POOLED, rho=None):
        """Return the same where parameters of disputes are correlated."""
        tried = RHOS if rho is None else (rho,)

        def gained(sets):
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

    def _given_common(self, sets, dispute, shared, rho):
        """Return the log density of a dispute given what all have in common, shape (COMMON,)."""
        axes = [POOLED.index(name) for name in shared]
        common = even_points(1, COMMON, COMMON_SEED)[0][:, axes] * np.sqrt(rho)
        at = self.points[sets].reshape(-1, 1, len(POOLED))[..., axes]
        # A normal distribution about what is common, against that by which the points are drawn.
        apart = -0.5 * ((at - common) ** 2 / (1 - rho) - at**2 + np.log(1 - rho)).sum(axis=-1)
        logs = self.densities[dispute][sets].reshape(-1, 1) + apart
        # Divided by the weights' sum, not by their number: where few points are near, both err alike.
        return np.asarray(logsumexp(logs, axis=0) - logsumexp(apart, axis=0))


def model(theory, dispute):
    """Return a theory as a model of a dispute's whole record, with the shared parameters alone."""
    size, since = DISPUTES[dispute]
    world = load_scenario(dispute)
    until = record_ends(world) + timedelta(days=1)
    return theory_record(world, theory, until=until, since=since, size=size, parameters=POOLED)
