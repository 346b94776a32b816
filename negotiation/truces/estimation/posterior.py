"""The posterior of a model's parameters, with its evidence and its scores along the record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import logsumexp, ndtri, softmax

from negotiation.base.drawing import Drawable
from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray, IntArray
from negotiation.errors import InvalidGame, MissingPackage, UnknownParameter
from negotiation.truces.estimation.numerics import NUMERICS
from negotiation.truces.estimation.priors import LearnedPrior, Prior, parameters_at
from negotiation.truces.estimation.sampler import SERIES, Island, systematic

if TYPE_CHECKING:
    from xarray import DataTree


QUANTILES = (0.05, 0.5, 0.95)
INSIDE = NUMERICS.inside


@dataclass(frozen=True, eq=False)
class Posterior(Tabular, Drawable):
    """Weighted particles after all observations, from independent islands. Make one with `estimate`.

    Parameters
    ----------
    model : str
        Name of the model.
    priors : tuple of Prior
        One for each parameter.
    observations : tuple of str
        Names of the observations.
    islands : tuple of Island
        Independent samplers; each counts in proportion to its evidence.
    seed : int
        Seed of the random numbers.

    Examples
    --------
    >>> from datetime import date
    >>> import negotiation as ng
    >>> posterior = ng.estimate(
    ...     "us-china-2025", "each for itself", until=date(2025, 10, 1), since=date(2025, 5, 1),
    ...     instruments=["tariff"], parameters=["pace.move_rate"], particles=16, islands=2,
    ... )
    >>> posterior.draws.shape, posterior.scores.shape, round(float(posterior.weights.sum()), 9)
    ((16, 1), (3,), 1.0)
    """

    _figure = "truces.posterior:posterior_figure"

    model: str
    priors: tuple[Prior, ...]
    observations: tuple[str, ...]
    islands: tuple[Island, ...] = field(repr=False)
    seed: int = 0

    @cached_property
    def draws(self) -> FloatArray:
        """Parameters of each particle in their own units, shape (particles, parameters)."""
        return np.concatenate([parameters_at(self.priors, island.coordinates) for island in self.islands])

    @cached_property
    def log_densities(self) -> FloatArray:
        """Log density of each observation at each particle, shape (particles, observations)."""
        return np.concatenate([island.densities for island in self.islands])

    @cached_property
    def weights(self) -> FloatArray:
        """Weights of the particles, which sum to 1, shape (particles,)."""
        parts = (s * np.exp(island.log_weights) for s, island in zip(self._shares, self.islands, strict=True))
        return np.concatenate(list(parts))

    @property
    def _shares(self) -> FloatArray:
        evidence = np.array([island.scores.sum() for island in self.islands])
        return np.asarray(np.exp(evidence - logsumexp(evidence)))

    @cached_property
    def scores(self) -> FloatArray:
        """Log density of each observation, predicted from earlier ones, shape (observations,), in nats."""
        return np.diff(self._evidence_so_far, prepend=0.0)

    @property
    def _evidence_so_far(self) -> FloatArray:
        # Each island's product of predictions is an estimate of the evidence; islands count alike in the
        # mean.
        along = np.stack([np.cumsum(island.scores) for island in self.islands])
        return np.asarray(logsumexp(along, axis=0) - np.log(len(along)))

    @property
    def log_evidence(self) -> float:
        """Log density of all observations under the priors, in nats."""
        return float(self._evidence_so_far[-1])

    @property
    def log_evidence_error(self) -> float:
        """Standard error of the log evidence from the differences of islands; NaN with one island."""
        if len(self.islands) == 1:
            return float("nan")
        evidence = np.array([island.scores.sum() for island in self.islands])
        # Of the logarithm, by the delta method: the error of the evidences relative to their mean.
        relative = np.exp(evidence - logsumexp(evidence) + np.log(len(evidence)))
        return float(relative.std(ddof=1) / np.sqrt(len(evidence)))

    @property
    def effective(self) -> float:
        """Effective number of particles, 1 / sum of squared weights."""
        return float(1 / (self.weights**2).sum())

    @cached_property
    def independent(self) -> FloatArray:
        """Number of independent draws that would give each mean the same error, shape (parameters,).

        Particles of one chain are correlated, which weights do not show. The variance of the weighted mean is
        computed as for a sample of clusters, the chains (a ratio, linearised: Cochran 1977, chapter 11), so
        the number itself is uncertain if there are few chains; NaN with one chain.
        """
        chains = np.concatenate(
            [k * len(self.weights) + _chains(island) for k, island in enumerate(self.islands)]
        )
        _, cluster = np.unique(chains, return_inverse=True)
        # The mean is a ratio, sum w x / sum w; linearised, its variance is that of sum w (x - mean) over
        # clusters. The variance of one draw over it is the number of draws.
        away = self.draws - self.weights @ self.draws
        sums = np.zeros((cluster.max() + 1, away.shape[1]))
        np.add.at(sums, cluster, self.weights[:, None] * away)
        if len(sums) == 1:
            return np.full(away.shape[1], np.nan)
        between = (sums**2).sum(axis=0) * len(sums) / (len(sums) - 1)
        return np.asarray((self.weights @ away**2) / between)

    @property
    def lag(self) -> float:
        """Nats by which the mean log density still rises if chains continue until they converge.

        If it is above zero, particles lag behind the observations, and the posterior is too wide. NaN if not
        measured.
        """
        return float(sum(share * rise for share, rise, _ in self._rises()))

    @property
    def lag_error(self) -> float:
        """Standard error of the lag, from the differences of chains; NaN if not measured."""
        return float(np.sqrt(sum((share * error) ** 2 for share, _, error in self._rises())))

    def _rises(self) -> list[tuple[float, float, float]]:
        """Return, for each island, its share, the rise of its mean log density, and the error of the rise."""
        rises = []
        for share, island in zip(self._shares, self.islands, strict=True):
            chains = len(island.further)
            if chains == 0:
                return [(float("nan"),) * 3]
            before = float(np.exp(island.log_weights) @ island.densities.sum(axis=1))
            error = float(island.further.std(ddof=1)) / chains**0.5 if chains > 1 else float("nan")
            rises.append((float(share), float(island.further.mean()) - before, error))
        return rises

    @property
    def sweeps(self) -> float:
        """Mean number of sweeps of a renewal; NaN if there was none."""
        made = np.concatenate([island.sweeps for island in self.islands])
        made = made[~np.isnan(made)]
        return float(made.mean()) if len(made) else float("nan")

    @property
    def may_lag(self) -> bool:
        """Whether chains did not converge, or the lag is above half a nat by two standard errors."""
        unsettled = any((island.settled < 1).any() for island in self.islands)
        return bool(unsettled or self.lag - 2 * np.nan_to_num(self.lag_error) > NUMERICS.lag)

    def quantile(self, name: str, share: float) -> float:
        """Return a quantile of a parameter.

        Parameters
        ----------
        name : str
            Name of the parameter.
        share : float
            Order of the quantile, from 0 to 1.

        Returns
        -------
        float
            The weighted quantile over particles, in the parameter's unit.

        Raises
        ------
        UnknownParameter
            If there is no parameter of this name.
        """
        column = self.column(name)
        order = np.argsort(column)
        at = int(np.searchsorted(np.cumsum(self.weights[order]), share))
        return float(column[order][min(at, len(column) - 1)])

    def mean(self, name: str) -> float:
        """Return the posterior mean of a parameter.

        Parameters
        ----------
        name : str
            Name of the parameter.

        Returns
        -------
        float
            The weighted mean over particles, in the parameter's unit.

        Raises
        ------
        UnknownParameter
            If there is no parameter of this name.
        """
        return float(self.weights @ self.column(name))

    def column(self, name: str) -> FloatArray:
        """Return the draws of a parameter; their weights are in `weights`.

        Parameters
        ----------
        name : str
            Name of the parameter.

        Returns
        -------
        array, shape (particles,)
            One value per particle, in the parameter's unit.

        Raises
        ------
        UnknownParameter
            If there is no parameter of this name.
        """
        names = [prior.name for prior in self.priors]
        if name not in names:
            raise UnknownParameter(name, names)
        return np.asarray(self.draws[:, names.index(name)])

    def resampled(self, count: int) -> FloatArray:
        """Return draws of equal weight, resampled from the particles.

        Parameters
        ----------
        count : int
            Number of draws.

        Returns
        -------
        array, shape (count, parameters)
            One row per draw, in the parameters' units. A particle may occur more than once. The random
            numbers come from the posterior's seed, so that the draws are the same in each call.
        """
        return self.draws[systematic(self.weights, count, np.random.default_rng(self.seed))]

    def as_priors(self, names: Iterable[str] | None = None) -> tuple[LearnedPrior, ...]:
        """Return the posterior as priors for another fit, for example of another dispute.

        Parameters
        ----------
        names : iterable of str, optional
            Names of the parameters; all by default.

        Returns
        -------
        tuple of LearnedPrior
            Normal priors with the posterior's mean and standard deviation in the coordinates of each range.
            Correlations are ignored.

        Raises
        ------
        UnknownParameter
            If one of the names is not a parameter of the posterior.
        """
        known = {prior.name: prior for prior in self.priors}
        learned = []
        for name in known if names is None else names:
            column = self.column(name)
            span = known[name]
            places = ndtri(np.clip(span.share(column), INSIDE, 1 - INSIDE))
            middle = float(self.weights @ places)
            spread = float(np.sqrt(self.weights @ (places - middle) ** 2))
            source = f"posterior of {self.model}, {len(self.observations)} observations"
            learned.append(LearnedPrior(name, span.low, span.high, span.scale, source, middle, spread))
        return tuple(learned)

    def table(self) -> Table:
        """Return one row for each parameter.

        Returns
        -------
        Table
            The range of the prior, and the 5, 50 and 95 percent quantiles of the posterior, in the
            parameter's unit.
        """
        rows = tuple(
            (p.name, p.low, p.high, *(self.quantile(p.name, q) for q in QUANTILES)) for p in self.priors
        )
        seen = f"{len(self.observations)} observations, {self.about_evidence}, {self.about_lag}"
        title = f"{self.model}: {seen}"
        return Table(title, ("parameter", "low", "high", *(f"{q:.0%}" for q in QUANTILES)), rows)

    @property
    def about_evidence(self) -> str:
        """The log evidence and its error in words, for the table's title."""
        error = self.log_evidence_error
        note = "error unknown with one island" if np.isnan(error) else f"error {error:.2f}"
        return f"log evidence {self.log_evidence:.2f} ({note})"

    @property
    def about_lag(self) -> str:
        """The lag and its error in words, for the table's title."""
        error = "unknown" if np.isnan(self.lag_error) else f"{self.lag_error:.2f}"
        lag = "not measured" if np.isnan(self.lag) else f"{self.lag:.2f} (error {error})"
        return f"lag {lag}" + ("; particles may lag" if self.may_lag else "")

    def to_arviz(self) -> DataTree:
        """Return draws of equal weight for ArviZ, in one chain, because islands have different weights.

        Returns
        -------
        xarray.DataTree
            `posterior` and `prior` have one draw per particle. `log_likelihood` is by observation.
            `sample_stats` has the log evidence (`log_marginal_likelihood`), its error, the island of each
            draw, and for each island its share and the sampler's record of each observation.

        Raises
        ------
        MissingPackage
            If arviz-base is not installed.
        """
        try:
            import arviz_base
            import xarray
        except ImportError:
            raise MissingPackage(
                "to_arviz needs arviz-base, which is not installed. Run `pip install arviz-base`, or in a "
                "checkout `pip install '.[estimate]'`"
            ) from None
        names = [prior.name for prior in self.priors]
        rng = np.random.default_rng(self.seed)
        chosen = systematic(self.weights, len(self.weights), rng)
        before = parameters_at(self.priors, rng.standard_normal(self.draws.shape))
        tree: DataTree = arviz_base.from_dict(
            {
                "posterior": dict(zip(names, self.draws[None, chosen].transpose(2, 0, 1), strict=True)),
                "prior": dict(zip(names, before[None].transpose(2, 0, 1), strict=True)),
                "log_likelihood": {"record": self.log_densities[None, chosen]},
            },
            coords={"observation": list(self.observations)},
            dims={"record": ["observation"]},
        )
        island = np.repeat(np.arange(len(self.islands)), [len(island.log_weights) for island in self.islands])
        series = {name: np.stack([getattr(island, name) for island in self.islands]) for name in SERIES}
        stats = {name: (("island", "observation"), values) for name, values in series.items()} | {
            "share": ("island", self._shares),
            "island_of_draw": (("chain", "draw"), island[None, chosen]),
            "log_marginal_likelihood": self.log_evidence,
            "log_marginal_likelihood_error": self.log_evidence_error,
        }
        tree["sample_stats"] = xarray.DataTree(
            xarray.Dataset(stats, {"observation": list(self.observations)})
        )
        return tree


def _chains(island: Island) -> IntArray:
    """Return the chain of each particle of an island; before any renewal, each is its own."""
    count = len(island.coordinates)
    renewed = np.isfinite(island.sweeps).any()
    return np.arange(count) % (count // NUMERICS.chain if renewed else count)


@dataclass(frozen=True, eq=False)
class Comparison(Tabular, Drawable):
    """Posteriors of several models of one record."""

    _figure = "truces.posterior:comparison_figure"

    posteriors: tuple[Posterior, ...]

    @property
    def scores(self) -> FloatArray:
        """Log density of each observation as predicted from earlier ones, shape (models, observations)."""
        return np.stack([posterior.scores for posterior in self.posteriors])

    @property
    def weights(self) -> FloatArray:
        """Weights before each observation and after the last, shape (models, observations + 1).

        Weights are equal at first, then proportional to each model's density of the observations so far. No
        weight uses later observations.
        """
        along = np.cumsum(self.scores, axis=1)
        before = np.hstack([np.zeros((len(along), 1)), along])
        return np.asarray(softmax(before, axis=0))

    @property
    def average(self) -> FloatArray:
        """Log density of each observation, with models averaged by earlier weights, shape (observations,)."""
        return np.asarray(np.log((self.weights[:, :-1] * np.exp(self.scores)).sum(axis=0)))

    def table(self) -> Table:
        """Return a row for each model, the best first, and one for their average."""
        last = self.weights[:, -1]
        rows = [
            (
                posterior.model,
                len(posterior.priors),
                posterior.log_evidence,
                posterior.log_evidence_error,
                float(weight),
            )
            for posterior, weight in zip(self.posteriors, last, strict=True)
        ]
        rows.sort(key=lambda row: -row[2])
        average = ("average of all", None, float(self.average.sum()), None, None)
        title = f"evidence of {len(self.posteriors[0].observations)} observations"
        return Table(title, ("model", "parameters", "log evidence", "error", "weight"), (*rows, average))


def compared(posteriors: Iterable[Posterior]) -> Comparison:
    """Return a comparison of posteriors."""
    given = tuple(posteriors)
    if not given:
        raise InvalidGame("there is nothing to compare; give at least one posterior")
    for forecaster in given:
        if forecaster.observations != given[0].observations:
            raise InvalidGame(
                f"the posteriors of {given[0].model} ({len(given[0].observations)} observations) and "
                f"{forecaster.model} ({len(forecaster.observations)} observations) do not have the same "
                "observations; give posteriors of the same record"
            )
    return Comparison(given)
