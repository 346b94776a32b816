"""Draws from a posterior by a gradient sampler: the no-U-turn sampler of nutpie.

Chains run in coordinates in which the posterior near its mode is close to a standard normal distribution, so
that steps are long from the start. For the density at a point, the mode's equilibrium is continued along a
straight line in these coordinates. The density is thus a function of the parameters alone, on one branch, and
the draws of a seed are the same on any number of cores.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass
from functools import partial
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple
from warnings import catch_warnings, simplefilter

import numpy as np

from negotiation.base.interrupts import must_be_whole
from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray
from negotiation.base.progress import Progress, told
from negotiation.base.status import Status
from negotiation.errors import InvalidGame, InvalidNumber, MissingPackage, NegotiationError, UnknownParameter
from negotiation.game_theory.solvers.continuous.fitting.climb import Top
from negotiation.game_theory.solvers.continuous.fitting.likelihood import At
from negotiation.game_theory.solvers.continuous.fitting.posterior import Posterior
from negotiation.game_theory.solvers.continuous.fitting.result import expect_level
from negotiation.game_theory.solvers.continuous.numerics import NUMERICS

if TYPE_CHECKING:
    from xarray import DataTree


@dataclass(frozen=True, eq=False)
class PosteriorFit(Tabular):
    """Draws from the posterior of the parameters of a game in continuous time.

    Parameters
    ----------
    draws : mapping from str to array, shape (chains, draws)
        Draws of each parameter after tuning, in the order in which each chain made them.
    r_hat : mapping from str to float
        Rank-normalised split R-hat of each parameter; near 1 if chains agree. NaN with fewer than four draws
        of each chain, as are the sample sizes.
    bulk_size, tail_size : mapping from str to float
        Effective sample sizes for the centre of the distribution, and for its 5 and 95 percent quantiles.
    divergences : int
        Number of divergent transitions of the sampler.
    clusters : int
        Number of clusters in the data.
    branch : str
        How the equilibrium at the start was found, on whose branch all draws lie.
    status : {"complete", "partial", "failed"}
        `complete`: all draws were made, there are no divergences, and for each parameter R-hat is at most
        1.01 and the bulk effective sample size at least 100 per chain. It is not proven that chains cover the
        whole posterior. `failed`: sampling stopped before each chain had a draw. Otherwise `partial`.
    method, reason : str
        The method, and the diagnostics or why the answer is not complete.

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
        """Return a credible interval with equal tails.

        Parameters
        ----------
        name : str
            Name of the parameter.
        level : float, optional
            Share of draws in the interval, between 0 and 1; 0.95 by default.

        Returns
        -------
        tuple of float
            Lower and upper end: the quantiles of the draws of all chains at (1 - level) / 2 and (1 + level) /
            2.

        Raises
        ------
        UnknownParameter
            If there is no parameter with this name.
        InvalidNumber
            If the level is not between 0 and 1, or there are no draws.

        Examples
        --------
        Two chains of 201 draws each, the whole numbers from 0 to 401:

        >>> rates = np.arange(402.0).reshape(2, 201)
        >>> found = PosteriorFit({"rate": rates}, {}, {}, {}, 0, 1, "", "complete", "", "", lambda: rates)
        >>> [round(end, 3) for end in found.interval("rate", level=0.9)]
        [20.05, 380.95]
        """
        UnknownParameter.unless_in(name, self.draws)
        expect_level(level)
        if not self.draws[name].size:
            raise InvalidNumber(f"no values of {name} were drawn, so it has no interval: {self.reason}")
        low, high = np.quantile(self.draws[name], [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
        return float(low), float(high)

    def table(self) -> Table:
        """Return a table by parameter: mean, standard deviation, 95 percent interval, and diagnostics."""
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
        """Return the draws as a data tree for ArviZ.

        Returns
        -------
        xarray.DataTree
            The groups `posterior` and `log_likelihood`. The latter has the log likelihood of each cluster at
            each draw, which is computed on this call; a cluster is repeated as often as its weight says.
            `arviz_stats.loo` uses it for leave-one-out scores.
        """
        import arviz_base

        tree: DataTree = arviz_base.from_dict(
            {"posterior": dict(self.draws), "log_likelihood": {"record": self._log_likelihood()}},
            dims={"record": ["cluster"]},
        )
        return tree


class Plan(NamedTuple):
    """The number of draws and chains, the seed, and the time at which sampling stops."""

    draws: int
    chains: int
    seed: int
    # By the clock of `monotonic`.
    until: float
    progress: Progress | None


class Drawn(NamedTuple):
    """The draws of all chains."""

    # (chains, draws, P): coordinates.
    coordinates: FloatArray
    divergences: int
    # Why sampling stopped early; empty if all draws were made.
    stopped: str


def needed() -> tuple[Any, Any]:
    """Return the modules `nutpie` and `arviz_stats`, or raise `MissingPackage`."""
    try:
        with catch_warnings():
            simplefilter("ignore")  # ArviZ announces its next version
            import arviz_base  # noqa: F401
            import arviz_stats
            import nutpie.compiled_pyfunc
    except ImportError:
        raise MissingPackage(
            "method='posterior' needs nutpie, arviz-base and arviz-stats; from a checkout: "
            "pip install '.[posterior]'"
        ) from None
    return nutpie, arviz_stats


class _Density:
    """The log density at whitened coordinates x, z = mode + spread x, with its gradient."""

    def __init__(self, posterior: Posterior, top: Top) -> None:
        self.posterior, self.top, self.drawn = posterior, top, 0
        # One density at a time: threads that wait for the interpreter would take half as long again.
        self.turn = Lock()
        self.spread: FloatArray = np.eye(len(top.at.theta))
        self.broken: list[BaseException] = []
        if not top.reason:
            self.spread = np.linalg.inv(np.linalg.cholesky(top.information)).T

    def __call__(self, x: FloatArray) -> tuple[float, FloatArray]:
        """Return the log density and its gradient; minus infinity and 0 if undefined, as beyond a fold."""
        begin, size = self.top.at, len(x)
        if self.broken:
            return -np.inf, np.zeros(size)
        posterior = copy(self.posterior)  # one for each call, because chains run in parallel
        try:
            with self.turn:
                at = posterior.follow(begin.theta + self.spread @ x, begin)
                scores = None if at is None else posterior.scores(at)
        except NegotiationError as error:
            posterior.refused, scores = str(error), None
        except BaseException as error:  # noqa: BLE001  # raised again by `draw`
            self.broken.append(error)
            scores = None
        if scores is None or not np.isfinite([scores.value, *scores.gradient]).all():
            self.posterior.refused = posterior.refused
            return -np.inf, np.zeros(size)
        return scores.value - begin.value, self.spread.T @ scores.gradient

    def kept(self, x: FloatArray) -> dict[str, FloatArray]:
        """Return what is stored of a draw: its coordinates z."""
        self.drawn += 1
        return {"z": self.top.at.theta + self.spread @ x}


def draw(posterior: Posterior, top: Top, plan: Plan) -> Drawn:
    """Return all requested draws, or the draws made before the deadline or an interrupt."""
    nutpie, _ = needed()
    density, size = _Density(posterior, top), len(top.at.theta)
    began, total = monotonic(), plan.chains * (NUMERICS.tuning + plan.draws)
    density(np.zeros(size))
    seconds = (monotonic() - began) * total * NUMERICS.leapfrogs
    model = nutpie.compiled_pyfunc.from_pyfunc(
        size, lambda: density, lambda *_: density.kept, [np.dtype(np.float64)], [(size,)], ["z"]
    )
    stopped = ""
    with told(f"drawing from the posterior, some {seconds:.0f} s in all", plan.progress) as report:
        # All chains run at once, so that they have similar lengths if sampling stops early.
        sampler = nutpie.sample(
            model, draws=plan.draws, tune=NUMERICS.tuning, chains=plan.chains, cores=plan.chains,
            seed=plan.seed, save_warmup=False, progress_bar=False, blocking=False,
        )  # fmt: skip
        while True:
            left = plan.until - monotonic()
            try:
                trace = sampler.wait(timeout=max(0.0, min(left, NUMERICS.told_every)))
                break
            except TimeoutError:
                report(density.drawn, total)
                if left > 0.0 and not density.broken:
                    continue
                stopped = "the deadline was reached"
            except KeyboardInterrupt:
                stopped = "interrupted"
            except RuntimeError as error:
                raise _explained(density, error) from None
            with catch_warnings():
                simplefilter("ignore")  # of fewer draws than chains
                trace = sampler.abort()
            break
        report(density.drawn, total)
    if density.broken:
        raise density.broken[0]
    z = np.asarray(trace.posterior["z"].values, dtype=np.float64)
    counts = np.isfinite(z[..., 0]).sum(axis=1)
    least = int(counts.min(initial=plan.draws))
    if stopped == "interrupted" and (must_be_whole() or least < NUMERICS.fewest_draws):
        raise KeyboardInterrupt
    wrong = np.nan_to_num(np.asarray(trace.sample_stats["diverging"].values[:, :least], dtype=np.float64))
    return Drawn(z[:, :least], int(wrong.sum()), stopped)


def _explained(density: _Density, error: RuntimeError) -> BaseException:
    """Return the error that the factory raised, or else the error that no chain could begin."""
    why = density.posterior.refused or str(error).splitlines()[0]
    return density.broken[0] if density.broken else InvalidGame(f"no chain could begin near the mode: {why}")


def posterior_fit(posterior: Posterior, tops: list[tuple[Top, str]], plan: Plan) -> PosteriorFit:
    """Return draws on the branch of the highest of some modes, with the diagnostics of ArviZ."""
    top, branch = max(tops, key=lambda pair: pair[0].at.value)
    drawn = draw(posterior, top, plan)
    z, theta = drawn.coordinates, posterior.parameters(drawn.coordinates)
    r_hat = bulk = tail = np.full(z.shape[-1], np.nan)
    if z.shape[1] >= NUMERICS.fewest_draws:
        _, stats = needed()
        r_hat = np.asarray(stats.rhat(theta, method="rank"))
        bulk = np.asarray(stats.ess(theta, method="bulk"))
        tail = np.asarray(stats.ess(theta, method="tail", prob=(0.05, 0.95)))
    worst = int(np.argmax(np.where(np.isnan(r_hat), np.inf, r_hat)))
    least = NUMERICS.least_size * plan.chains
    wrong = [f"{drawn.stopped} after {z.shape[1]:,} of {plan.draws:,} draws"] if drawn.stopped else []
    few = []
    if z.shape[1] and not r_hat[worst] <= NUMERICS.most_r_hat:
        few.append(
            f"R-hat of {posterior.names[worst]} is {r_hat[worst]:.4g}, not at most {NUMERICS.most_r_hat:g}"
        )
    if z.shape[1] and not bulk.min() >= least:
        few.append(f"the least effective size is {bulk.min():.0f}, below {least}")
    wrong += [f"{', '.join(few)}: draw more"] if few else []
    if drawn.divergences:
        wrong.append(f"{drawn.divergences} divergent transitions")
    other = [
        f"last point refused: {posterior.refused}" if drawn.divergences and posterior.refused else "",
        _other_modes(tops, top),
        posterior.flat(top.at),
    ]
    status: Status = "partial" if wrong else "complete"
    named = posterior.likelihood.named
    return PosteriorFit(
        {name: theta[..., p] for p, name in enumerate(posterior.names)},
        named(r_hat), named(bulk), named(tail),
        drawn.divergences,
        round(float(posterior.times.sum())),
        branch,
        status if z.shape[1] else "failed",
        "the no-U-turn sampler of nutpie on the exact likelihood and its gradient",
        "; ".join(text for text in (*wrong, *other) if text) or f"R-hat at most {r_hat[worst]:.4g}",
        partial(_log_likelihood, posterior, top.at, z),
    )  # fmt: skip


def _other_modes(tops: list[tuple[Top, str]], best: Top) -> str:
    """Return a note on lower modes on other branches; empty if there are none."""
    away = [best.at.value - top.at.value for top, _ in tops if top is not best]
    lower = [nats for nats in away if nats > NUMERICS.same * max(1.0, abs(best.at.value))]
    return f"{len(tops)} climbs, of which one ended {min(lower):.3g} nats lower" if lower else ""


def _log_likelihood(posterior: Posterior, mode: At, z: FloatArray) -> FloatArray:
    """Return the log likelihood of each cluster at draws, shape (chains, draws, clusters)."""
    logs = np.full((*z.shape[:2], len(posterior.times)), np.nan)
    for place in np.ndindex(z.shape[:2]):
        at = posterior.at(z[place], mode)
        if at is not None:
            logs[place] = posterior.by_cluster(at.equations, at.point)
    return np.repeat(logs, np.rint(posterior.times).astype(np.intp), axis=-1)
