"""Estimation of the parameters of a game in continuous time, by maximum likelihood or from a posterior."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from inspect import signature
from typing import Any, Literal, TypeAlias, overload

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtri

from negotiation.base.numeric import FloatArray
from negotiation.base.progress import Progress, stop_time
from negotiation.base.reading.numbers import expect_count, expect_generator, expect_number
from negotiation.errors import (
    InvalidGame,
    InvalidNumber,
    NegotiationError,
    UnknownMethod,
    UnknownParameter,
    shown,
)
from negotiation.game_theory.solvers.continuous.equilibria import continuous_equilibria
from negotiation.game_theory.solvers.continuous.fitting.arrays import Factory, game_at
from negotiation.game_theory.solvers.continuous.fitting.climb import Top, checked, climb, held
from negotiation.game_theory.solvers.continuous.fitting.likelihood import Likelihood
from negotiation.game_theory.solvers.continuous.fitting.posterior import Distribution, Posterior
from negotiation.game_theory.solvers.continuous.fitting.records import Path, Record, paths_of
from negotiation.game_theory.solvers.continuous.fitting.result import Fit, Optimum
from negotiation.game_theory.solvers.continuous.fitting.sampling import (
    Plan,
    PosteriorFit,
    needed,
    posterior_fit,
)
from negotiation.game_theory.solvers.continuous.numerics import NUMERICS

Starts: TypeAlias = Mapping[str, float] | Sequence[Mapping[str, float]]


@overload
def fit(
    factory: Factory, data: Record, *, start: Starts, unobserved: Sequence[str] = (), cluster: str = "path",
    equilibria: int = 5, rng: int | np.random.Generator = 0, method: Literal["likelihood"] = "likelihood",
) -> Fit: ...  # fmt: skip


@overload
def fit(
    factory: Factory, data: Record, *, start: Starts, unobserved: Sequence[str] = (), cluster: str = "path",
    equilibria: int = 5, rng: int | np.random.Generator = 0, method: Literal["posterior"],
    prior: Mapping[str, Distribution], draws: int = 500, chains: int = 4, deadline: float | None = None,
    progress: Progress | None = None,
) -> PosteriorFit: ...  # fmt: skip


def fit(
    factory: Factory,
    data: Record,
    *,
    start: Starts,
    unobserved: Sequence[str] = (),
    cluster: str = "path",
    equilibria: int = 5,
    rng: int | np.random.Generator = 0,
    method: str = "likelihood",
    prior: Mapping[str, Distribution] | None = None,
    draws: int = 500,
    chains: int = 4,
    deadline: float | None = None,
    progress: Progress | None = None,
) -> Fit | PosteriorFit:
    """Estimate the parameters of a game in continuous time, or draw from their posterior.

    Parameters
    ----------
    factory : callable
        Function that takes the parameters by name and returns a `ContinuousTimeGame`. Parameters may affect
        flows, rates, payoffs of options, precisions and discount rates, but not states, options or events.
    data : EventPath, MovePath, table or list of these
        Dated moves, or states at dates. A table is a data frame or a mapping of columns: `years` or `date`;
        `event`, `state` or both; `path` if there are several paths; and optionally `weight`, the number of
        identical paths that a path stands for. The first row of a path gives the state in which it begins. A
        later row with a state says that play is in that state at that time. A last row with neither event nor
        state gives the end of the observation. Without a column `event` only states at dates are observed.
    start : mapping from str to float, or list of these
        Parameter values, by name, at which the search begins, or a list of several such starts.
    unobserved : sequence of str, optional
        Labels of the events that are not observed when they happen; none by default.
    cluster : str, optional
        Name of the column whose entries say which paths belong to the same cluster; requires tables. By
        default each path is a cluster.
    equilibria : int, optional
        Number of points from which to search for equilibria at each start, 5 by default; every equilibrium
        found is followed.
    rng : int or numpy.random.Generator, optional
        Seed or generator of these points and of the draws; 0 by default.
    method : {"likelihood", "posterior"}, optional
        "likelihood", the default, for maximum likelihood; "posterior" for draws from the posterior under
        `prior`, which requires the packages of the extra `posterior`.
    prior : mapping from str to distribution, optional
        For each parameter a distribution with a density, such as `scipy.stats.gamma(2, scale=3)`; required
        for a posterior. Parameters are independent, and each stays within the support of its distribution.
    draws : int, optional
        Number of draws of each chain after tuning, at least 4; 500 by default.
    chains : int, optional
        Number of chains, at least 2, which run in parallel; 4 by default.
    deadline : float, optional
        For a posterior, seconds after which sampling stops. The draws made so far are returned with the
        status `partial`, or `failed` if there are none. Ctrl-C has the same effect once each chain has made
        four draws. No limit by default.
    progress : callable, optional
        For a posterior, a function that is called with the number of draws made and the number of all draws,
        both including tuning. By default progress and the estimated remaining time are logged.

    Returns
    -------
    Fit or PosteriorFit
        For maximum likelihood, the estimates with two kinds of standard errors, the log likelihood, the
        branch of equilibria, and the optima of all starts. For a posterior, the draws with convergence
        diagnostics.

    Raises
    ------
    NotIdentified
        If `method` is "likelihood" and the likelihood is flat in some direction; the message names it.
    InvalidGame
        If the data have another form, `unobserved` is not a list, a row has probability 0, the factory does
        not return a `ContinuousTimeGame`, a precision is infinite, or an equilibrium at a start is next to a
        fold, where there is no gradient. Errors of this package that the factory raises pass through.
    InvalidNumber
        If a start, a prior, a count or the deadline is not valid, or `rng` is neither a seed nor a generator.
    InvalidProbabilities
        If the start of an `EventPath` is not a distribution over the states.
    UnknownEvent, UnknownState
        If the data or `unobserved` name an event or state that the game does not have, or the data name an
        unobserved event.
    UnknownMethod
        If there is no such method.
    UnknownParameter
        If a start or a prior names a parameter that the factory does not have.
    SizeLimit
        If more than 2,000,000 jumps are expected between two rows.
    MissingPackage
        If the packages for a posterior are not installed.

    Notes
    -----
    The likelihood is exact: it uses the equilibrium's intensities and sums over everything that is not
    observed. Its gradient is computed through the equilibrium's fixed point by the implicit function theorem.
    An estimate lies on the branch of an equilibrium at a start, which is followed as parameters change. All
    draws lie on the branch of the highest mode. If the data contain no information about some direction of
    the parameters, draws in that direction follow the prior, and `reason` names the direction.

    References
    ----------
    Arcidiacono, Bayer, Blevins and Ellickson (2016), Review of Economic Studies 83(3). Blevins (2025),
    "Identification and estimation of continuous time dynamic discrete choice games", Quantitative Economics.

    Examples
    --------
    A shop with an unknown rate of sales, observed for four years:

    >>> from negotiation.game_theory.games.continuous_time import ContinuousTimeGame, DecisionMaker
    >>> def shop(rate):
    ...     return ContinuousTimeGame([[0.0]], [DecisionMaker(0, rate, [[(0, 0.0, "sale")]], 1.0)], 0.5)
    >>> sales = {"years": [0.0, 0.5, 3.0, 4.0], "event": [None, "sale", "sale", None],
    ...          "state": ["0", None, None, None]}
    >>> round(fit(shop, sales, start={"rate": 1.0}).estimate["rate"], 6)
    0.5
    """
    until = stop_time(deadline)
    _expect_method(method, prior)
    begins = _starts(start)
    _expect_parameters(factory, _names(begins))
    paths = paths_of(data, cluster)
    _expect_names(unobserved)
    equilibria = expect_count("equilibria", equilibria, 1, InvalidNumber)
    generator = expect_generator(rng)
    counts = (
        expect_count("draws", draws, NUMERICS.fewest_draws, InvalidNumber),
        expect_count("chains", chains, 2, InvalidNumber),
    )
    likelihood = _begun(factory, begins, paths, unobserved, prior)
    tops, refused = _climbed(likelihood, begins, equilibria, generator)
    fitted: Fit | PosteriorFit
    if isinstance(likelihood, Posterior):
        plan = Plan(*counts, int(generator.integers(2**31)), until, progress)
        fitted = posterior_fit(likelihood, tops, plan)
    else:
        fitted = _result(likelihood, tops, generator, equilibria)
    return replace(fitted, reason=f"{fitted.reason}; not begun: {refused[0]}") if refused else fitted


def _begun(
    factory: Factory,
    begins: Sequence[Mapping[str, float]],
    paths: tuple[Path, ...],
    unobserved: Sequence[str],
    prior: Mapping[str, Distribution] | None,
) -> Likelihood:
    """Return the likelihood of a record, or the posterior density, from the game at the first start."""
    names = _names(begins)
    game = game_at(factory, {name: float(begins[0][name]) for name in names}, None)
    likelihood = Likelihood(factory, names, game, paths, unobserved)
    return likelihood if prior is None else Posterior(likelihood, prior)


def _climbed(
    likelihood: Likelihood, begins: Sequence[Mapping[str, float]], equilibria: int, rng: np.random.Generator
) -> tuple[list[tuple[Top, str]], list[NegotiationError]]:
    """Return the ends of climbs from all equilibria at all starts with their branches, and the errors."""
    tops: list[tuple[Top, str]] = []
    refused: list[NegotiationError] = []
    for begin in begins:
        theta = likelihood.vector(begin)
        at_start = {name: float(begin[name]) for name in likelihood.names}
        game = game_at(likelihood.factory, at_start, likelihood.like)
        for play in continuous_equilibria(game, starts=equilibria, rng=rng):
            at = likelihood.begin(theta, play)
            if not np.isfinite(at.value):
                continue
            try:
                top = climb(likelihood, at)
                # A prior gives the density curvature in every direction, so that it has a maximum.
                if not isinstance(likelihood, Posterior):
                    top = checked(likelihood, top)
                elif top.flat is not None:
                    top = top._replace(reason="the density is much flatter in one direction than in another")
                tops.append((top, play.found_by))
            except NegotiationError as error:
                refused.append(error)
    if refused and not tops:
        raise refused[0]
    if not tops:
        raise InvalidGame(
            "no equilibrium at the start gives the record a positive probability in double precision; "
            "start elsewhere, for example at lower precisions"
        )
    return tops, refused


def _expect_method(method: str, prior: Mapping[str, Distribution] | None) -> None:
    """Raise for an unknown method, a posterior without a prior, or a prior for maximum likelihood."""
    UnknownMethod.unless_in(method, ("likelihood", "posterior"))
    if (method == "posterior") != isinstance(prior, Mapping):
        came = "no prior" if prior is None else f"a prior of type {type(prior).__name__}"
        raise InvalidNumber(
            "method='posterior' takes a prior for each parameter, such as prior={'rate': "
            "scipy.stats.gamma(2)}, and method='likelihood' takes no prior; got "
            f"method={method!r} with {came}"
        )
    if prior is not None:
        needed()


def _expect_parameters(factory: object, names: Sequence[str]) -> None:
    """Raise unless the factory is a function and the names are its parameters."""
    if not callable(factory):
        raise InvalidGame(
            f"`factory` must be a function that returns a ContinuousTimeGame; got {shown(factory)}"
        )
    try:
        takes = signature(factory)
    except ValueError:
        return  # some compiled functions have no signature
    if not any(parameter.kind is parameter.VAR_KEYWORD for parameter in takes.parameters.values()):
        for name in names:
            UnknownParameter.unless_in(name, takes.parameters)
    try:
        takes.bind(**dict.fromkeys(names, 0.0))
    except TypeError as error:
        raise InvalidGame(
            f"start must name the parameters of the factory; it names {', '.join(names)}: {error}"
        ) from None


def _starts(start: object) -> list[Mapping[str, float]]:
    """Return the starts as a list, or raise unless each gives parameters by name."""
    begins: list[Any] = (
        [start] if isinstance(start, Mapping) else [*start] if isinstance(start, (list, tuple)) else []
    )
    if not begins or not all(isinstance(begin, Mapping) and begin for begin in begins):
        raise InvalidNumber(
            "start must give a value to each parameter by name, such as {'rate': 1.0}, or be a list of "
            f"such mappings; got {shown(start)}"
        )
    return begins


def _expect_names(unobserved: Sequence[str]) -> None:
    """Raise unless the unobserved events are a list of names; a single name is not a list."""
    if not isinstance(unobserved, (list, tuple, set, frozenset)) or not all(
        isinstance(name, str) for name in unobserved
    ):
        raise InvalidGame(
            f"unobserved must be a list of names of events, such as ['sale']; got {shown(unobserved)}"
        )


def _names(begins: Sequence[Mapping[str, float]]) -> tuple[str, ...]:
    """Return the names of the parameters, or raise unless all starts have them, with finite values."""
    names = tuple(begins[0])
    for begin in begins:
        if {*begin} != {*names}:
            raise InvalidNumber(
                f"all starts must name the same parameters; got {shown([*begin])} and {shown([*names])}"
            )
        for name in names:
            if not np.isfinite(expect_number(f"the start of {name}", begin[name])):
                raise InvalidNumber(f"a start must be finite; got {begin[name]!r} for {name}")
    return names


def _result(
    likelihood: Likelihood, tops: list[tuple[Top, str]], generator: np.random.Generator, equilibria: int
) -> Fit:
    # Maxima come first.
    tops.sort(key=lambda pair: (bool(pair[0].reason), -pair[0].at.value))
    best, branch = tops[0]
    optima: list[Optimum] = []
    for top, name in tops:
        named = likelihood.named(top.at.theta)
        if not any(_same(top, named, other) for other in optima):
            optima.append(Optimum(named, top.at.value, name, top.reason))
    solutions = continuous_equilibria(
        best.at.game,
        starts=equilibria,
        rng=generator,
        initial=best.at.equations.setting.values(best.at.point.values),
    )
    play = next((candidate for candidate in solutions if candidate.found_by == "initial values"), None)
    covariance = _covariance(best)
    errors: FloatArray = np.sqrt(np.diag(covariance)).astype(np.float64)
    scores = best.scores.by_cluster
    sandwich: FloatArray = np.full(len(errors), np.nan)
    if likelihood.times.sum() > len(errors):
        known = np.isfinite(errors)
        block, spread = covariance[np.ix_(known, known)], scores.T @ (likelihood.times[:, None] * scores)
        sandwich[known] = np.sqrt(np.diag(block @ spread[np.ix_(known, known)] @ block))
    reason = best.reason or ("" if play is not None else "play at the estimate was not certified")
    if not reason and optima[0].log_likelihood < max(candidate.log_likelihood for candidate in optima):
        reason = "another climb ended higher, where there is no maximum"
    other = f"equilibria found there: {len(solutions)}; optima: {len(optima)}, of {len(tops)} climbs"
    return Fit(
        likelihood.named(best.at.theta),
        likelihood.named(errors),
        likelihood.named(sandwich),
        covariance,
        best.at.value,
        play,
        branch,
        tuple(optima),
        round(float(likelihood.times.sum())),
        "partial" if reason else "complete",
        "Newton's method in a trust region on the exact likelihood",
        f"{reason}; {other}" if reason else other,
        partial(_profile, likelihood, best, errors),
    )


def _same(top: Top, named: Mapping[str, float], other: Optimum) -> bool:
    """Return whether a climb ended at a given optimum, up to small differences."""
    apart = np.array([named[name] - value for name, value in other.estimate.items()])
    far = float(apart @ top.information @ apart)
    level = abs(top.at.value - other.log_likelihood) <= NUMERICS.same * max(1.0, abs(top.at.value))
    return level and far <= NUMERICS.same


def _covariance(top: Top) -> FloatArray:
    """Return the inverse of the information, shape (P, P); NaN for parameters without a maximum."""
    count = len(top.information)
    kept = np.arange(count) if top.free is None else np.flatnonzero(~top.free)
    covariance: FloatArray = np.full((count, count), np.nan)
    try:
        np.linalg.cholesky(top.information[np.ix_(kept, kept)])
        covariance[np.ix_(kept, kept)] = np.linalg.inv(top.information[np.ix_(kept, kept)])
    except np.linalg.LinAlgError:
        pass
    return covariance


def _profile(
    likelihood: Likelihood, best: Top, errors: FloatArray, name: str, level: float
) -> tuple[float, float]:
    """Return the two values of a parameter at which its profile likelihood reaches the limit of `level`.

    An end is infinite if there is none. The signed root of the fall is nearly linear in the parameter, so few
    points are needed. `errors` are the standard errors.

    Shapes: `errors` (P,).
    """
    place, wanted = likelihood.names.index(name), float(ndtri((1.0 + level) / 2.0))
    middle, error = float(best.at.theta[place]), float(errors[place])
    ends = []
    for side in (-1.0, 1.0):
        last, nearest_refused = best.at, np.inf

        def root(away: float, side: float = side) -> float:
            """Return the root of twice the fall at this distance, less the normal quantile of the level."""
            nonlocal last, nearest_refused
            there = held(likelihood, last, place, middle + side * away)
            if there is None or not np.isfinite(there.value):
                nearest_refused = min(nearest_refused, away)
                return wanted  # a refused point counts as too far away
            last = there
            return float(np.sqrt(max(0.0, 2.0 * (best.at.value - there.value)))) - wanted

        near, far = 0.0, wanted * error
        for _ in range(NUMERICS.most_brackets):
            if root(far) >= 0.0:
                break
            near, far = far, 2.0 * far
        else:
            ends.append(side * np.inf)
            continue
        last = best.at
        step = NUMERICS.profile * error
        away = brentq(lambda x: root(x) if x else -wanted, near, far, xtol=step)
        ends.append(middle + side * away if away + 2.0 * step < nearest_refused else side * np.inf)
    return ends[0], ends[1]
