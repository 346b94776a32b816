"""Draws from the posterior of the parameters of a game in continuous time, as they are returned and shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray
from negotiation.base.status import Status
from negotiation.errors import InvalidNumber, UnknownParameter
from negotiation.game_theory.solvers.continuous.fitting.result import expect_level

if TYPE_CHECKING:
    from xarray import DataTree


@dataclass(frozen=True, eq=False)
class PosteriorFit(Tabular):
    """Draws from the posterior of the parameters of a game in continuous time.

    Parameters
    ----------
    draws : mapping from str to array, shape (chains, draws)
        Of each parameter, after tuning, in the order in which each chain drew them.
    r_hat : mapping from str to float
        Rank-normalised split R-hat: 1 where chains agree.
    bulk_size, tail_size : mapping from str to float
        Effective sizes: how many independent draws would tell the middle, and the quantiles at 5 and 95
        percent, as well.
    divergences : int
        Paths of the sampler that broke off.
    clusters : int
        Number of clusters in the data.
    branch : str
        How the equilibrium was found at the start, whose branch all draws lie on.
    status : {"complete", "partial", "failed"}
        `complete`: R-hat is at most 1.01 and the bulk's effective size at least 100 a chain for each
        parameter, and no path broke off; that chains missed nothing is never proven. `failed`: stopped
        before anything was drawn.
    method, reason : str
        How it was drawn, and what was found or why the answer is not complete.

    Examples
    --------
    >>> import negotiation as ng
    >>> from scipy import stats
    >>> def market(rate):
    ...     maker = ng.DecisionMaker(0, rate, [[(0, 0.0, "sale")]], precision=1.0)
    ...     return ng.ContinuousTimeGame([[0.0]], [maker], 0.5)
    >>> sales = ng.EventPath("0", [(0.5, "sale"), (1.0, "sale"), (3.0, "sale"), (3.5, "sale")], years=4.0)
    >>> found = ng.fit(market, sales, start={"rate": 1.0}, method="posterior",
    ...                prior={"rate": stats.gamma(2.0)})  # doctest: +SKIP
    >>> found.draws["rate"].shape  # doctest: +SKIP
    (4, 500)
    """

    draws: Mapping[str, FloatArray]
    r_hat: Mapping[str, float]
    bulk_size: Mapping[str, float]
    tail_size: Mapping[str, float]
    divergences: int
    clusters: int
    branch: str
    status: Status
    method: str
    reason: str
    _log_likelihood: Callable[[], FloatArray]

    def interval(self, name: str, level: float = 0.95) -> tuple[float, float]:
        """Return a credible interval: as many draws lie below it as above.

        Parameters
        ----------
        name : str
            The parameter.
        level : float, optional
            The share of draws in the interval, between 0 and 1.

        Returns
        -------
        tuple of float
            The quantiles of the draws of all chains at (1 - level) / 2 and (1 + level) / 2.

        Raises
        ------
        UnknownParameter
            If no parameter has the name.
        InvalidNumber
            If the level is not between 0 and 1, or nothing was drawn.

        Examples
        --------
        Two chains of 201 draws each, the whole numbers from 0 to 401.

        >>> rates = np.arange(402.0).reshape(2, 201)
        >>> found = PosteriorFit({"rate": rates}, {}, {}, {}, 0, 1, "", "complete", "", "", lambda: rates)
        >>> [round(end, 3) for end in found.interval("rate", level=0.9)]
        [20.05, 380.95]
        """
        UnknownParameter.unless_in(name, self.draws)
        expect_level(level)
        if not self.draws[name].size:
            raise InvalidNumber(f"nothing was drawn of {name}, so that it has no interval: {self.reason}")
        low, high = np.quantile(self.draws[name], [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
        return float(low), float(high)

    def table(self) -> Table:
        """Return one row for each parameter: mean, deviation, interval at 95 percent, and diagnostics."""
        columns = ("parameter", "mean", "sd", "0.025", "0.975", "R-hat", "bulk size", "tail size")
        rows = []
        for name, draws in self.draws.items():
            cells: tuple[float, ...] = (np.nan,) * 4
            if draws.size:
                cells = (draws.mean(), draws.std(ddof=1), *self.interval(name))
            told = (
                round(self.r_hat[name], 4),
                np.round(self.bulk_size[name]),
                np.round(self.tail_size[name]),
            )
            rows.append((name, *(float(x) if np.isfinite(x) else None for x in (*cells, *told))))
        chains, count = next(iter(self.draws.values())).shape
        title = (
            f"posterior: {self.status} ({self.reason}); {chains} chains of {count:,} draws, "
            f"{self.clusters} clusters"
        )
        return Table(title, columns, tuple(rows))

    def to_arviz(self) -> DataTree:
        """Return the draws for ArviZ, as for its plots or leave-one-out scores (`arviz_stats.loo`).

        Returns
        -------
        xarray.DataTree
            `posterior`, and `log_likelihood` of each cluster at each draw, which is worked out anew: a
            cluster that stands for several comes as often.
        """
        import arviz_base

        found: DataTree = arviz_base.from_dict(
            {"posterior": dict(self.draws), "log_likelihood": {"record": self._log_likelihood()}},
            dims={"record": ["cluster"]},
        )
        return found
