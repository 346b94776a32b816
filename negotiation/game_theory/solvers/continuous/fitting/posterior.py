"""The posterior density of parameters, in coordinates that are standard normal under their prior.

A parameter theta with distribution function F and density f has the coordinate z with Phi(z) = F(theta),
where Phi and phi are the standard normal distribution function and density. Coordinates thus have no bounds,
and the logarithm of the prior is -z'z / 2, up to a constant, for all priors. The gradient of the log
likelihood is multiplied by dF^-1(Phi(z)) / dz = phi(z) / f(theta).
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from typing import Any, Protocol, runtime_checkable

import numpy as np
from scipy.special import ndtr, ndtri

from negotiation.base.numeric import FloatArray
from negotiation.errors import InvalidGame, InvalidNumber, UnknownParameter
from negotiation.game_theory.solvers.continuous.fitting.climb import flat_at
from negotiation.game_theory.solvers.continuous.fitting.likelihood import At, Likelihood, Scores
from negotiation.game_theory.solvers.continuous.newton import Equations, Point


@runtime_checkable
class Distribution(Protocol):
    """A distribution with a density, as in `scipy.stats`; its methods take one number or an array."""

    def ppf(self, q: FloatArray, /) -> Any:
        """Return the value below which lies a given probability."""

    def isf(self, q: FloatArray, /) -> Any:
        """Return the value above which lies a given probability."""

    def cdf(self, x: float, /) -> Any:
        """Return the probability below a value."""

    def sf(self, x: float, /) -> Any:
        """Return the probability above a value."""

    def logpdf(self, x: float, /) -> Any:
        """Return the logarithm of the density."""


def _has_density(prior: object) -> bool:
    """Return whether an object is a distribution with a density and with all its shapes given."""
    return isinstance(prior, Distribution) and not getattr(prior, "numargs", 0)


def _name(prior: object) -> str:
    """Return the name of a distribution of SciPy, or the type of another object."""
    return str(getattr(getattr(prior, "dist", prior), "name", type(prior).__name__))


class Posterior(Likelihood):
    """The log likelihood and the logarithm of a prior, up to a constant, as a function of coordinates."""

    def __init__(self, likelihood: Likelihood, prior: Mapping[str, Distribution]) -> None:
        vars(self).update(vars(likelihood))
        self.likelihood, self.sizes = likelihood, 1.0
        for name in prior:
            UnknownParameter.unless_in(name, self.names)
        if missing := [name for name in self.names if name not in prior]:
            raise InvalidNumber(
                f"`prior` must give each parameter a distribution; none is given for {', '.join(missing)}"
            )
        for name, distribution in prior.items():
            if not _has_density(distribution):
                raise InvalidNumber(
                    "a prior must be a continuous distribution with all its shapes given, such as "
                    "scipy.stats.norm(0, 2) or scipy.stats.gamma(2, scale=3), not a discrete one; got "
                    f"{_name(distribution)} for {name}"
                )
        self.priors = [prior[name] for name in self.names]

    def parameters(self, z: FloatArray) -> FloatArray:
        """Return the parameters at coordinates z; both have shape (..., P)."""
        theta = np.empty(z.shape)
        for p, prior in enumerate(self.priors):
            column, into = z[..., p], theta[..., p]
            # From the nearer tail, in which a probability has all its digits.
            for inverse, side in ((prior.ppf, column < 0.0), (prior.isf, column >= 0.0)):
                if np.any(side):
                    into[side] = inverse(ndtr(-abs(column[side])))
        return theta

    def named(self, z: FloatArray) -> dict[str, float]:
        """Return the parameters at coordinates by name, or raise if one is not finite."""
        theta = self.parameters(z)
        if not np.isfinite(theta).all():
            raise InvalidGame(
                "a parameter is too large for double precision this far out in the tail of its prior"
            )
        return super().named(theta)

    def vector(self, named: Mapping[str, float]) -> FloatArray:
        """Return the coordinates of named parameters, shape (P,), or raise if one has no density."""
        coordinates = []
        for name, at, prior in zip(self.names, super().vector(named), self.priors, strict=True):
            below, above = float(prior.cdf(at)), float(prior.sf(at))
            coordinates.append(float(ndtri(below) if below < above else -ndtri(above)))
            if not np.isfinite(coordinates[-1]):
                raise InvalidNumber(
                    f"`start` must lie where the prior has positive density; at {name} = {at:g} the density "
                    "is zero"
                )
        return np.array(coordinates)

    def stretch(self, z: FloatArray) -> FloatArray:
        """Return the derivatives of the parameters by their coordinates, shape (P,)."""
        with np.errstate(all="ignore"):  # a point that is not finite is refused later
            densities = [p.logpdf(x) for p, x in zip(self.priors, self.parameters(z), strict=True)]
            return np.asarray(np.exp(-0.5 * z**2 - np.array(densities)) / np.sqrt(2.0 * np.pi))

    def scores(self, at: At) -> Scores:
        """Return the log density and its gradient; by cluster, the gradients of the likelihood alone."""
        stretch = self.stretch(at.theta)
        alone = self._scores(at, stretch)
        by_cluster = alone.by_cluster * stretch
        value = alone.value - 0.5 * float(at.theta @ at.theta)
        return Scores(value, self.times @ by_cluster - at.theta, by_cluster)

    def flat(self, at: At) -> str:
        """Return in words a direction about which the record has no information; empty if there is none."""
        alone = copy(self.likelihood)
        alone.sizes = self.stretch(at.theta)
        return flat_at(alone, replace(at, theta=self.parameters(at.theta)))

    def _at(self, z: FloatArray, equations: Equations, point: Point) -> At:
        at = super()._at(z, equations, point)
        return replace(at, value=at.value - 0.5 * float(z @ z))
