"""Normal distributions that are fitted to weighted particles."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.linalg import solve_triangular
from scipy.special import logsumexp

from negotiation.base.numeric import FloatArray


class Normal(NamedTuple):
    """A normal distribution of coordinates."""

    # (d,): its mean.
    mean: FloatArray
    # (d, d): A lower triangular root of its covariance.
    root: FloatArray

    def step(self, at: FloatArray, width: float, rng: np.random.Generator) -> FloatArray:
        """Return a step that leaves this distribution as it is: from `at` towards a new draw of it."""
        new = rng.standard_normal(at.shape) @ self.root.T
        return np.asarray(self.mean + np.sqrt(1 - width**2) * (at - self.mean) + width * new)

    def log_density(self, at: FloatArray) -> FloatArray:
        """Return log densities, up to a constant, shape (P,)."""
        scaled = solve_triangular(self.root, (at - self.mean).T, lower=True)
        return np.asarray(-0.5 * (scaled**2).sum(axis=0))


def effective(log_weights: FloatArray) -> float:
    """Return the effective number of particles.

    Shapes: `log_weights` (P,).
    """
    total = logsumexp(log_weights)
    return float(np.exp(2 * total - logsumexp(2 * log_weights))) if np.isfinite(total) else 0.0


def fitted(at: FloatArray, weights: FloatArray, worth: float | None = None) -> Normal:
    """Return a normal distribution near the particles, nearer to the prior the fewer they are.

    Shapes: `at` (P, d), `weights` (P,).
    """
    mean = weights @ at
    centred = at - mean
    covariance = (weights[:, None] * centred).T @ centred
    if worth is None:
        with np.errstate(divide="ignore"):  # a particle at which what was seen is impossible has no weight
            worth = effective(np.log(weights))
    share = worth / (worth + at.shape[1])
    root = np.linalg.cholesky(share * covariance + (1 - share) * np.eye(at.shape[1]))
    return Normal(share * mean, np.asarray(root, dtype=np.float64))
