"""A cheap surrogate for the log density of the observations, fitted to existing evaluations.

Each evaluation of a model covers all observations, so that evaluations for one target serve every later one.
A Gaussian process with a quadratic part is fitted for each observation. The sum is a function of a few
directions per observation, which suits records, since each move depends on little. The directions are
learned: the metric of a fit is the mean outer product of the gradients of the fit before (Radhakrishnan,
Beaglehole, Pandit and Belkin 2024). Evaluations far below the best have little weight. The surrogate need not
be accurate: it proposes, and the model decides (`sampler.py`).

Proposals are the ends of Hamiltonian paths on the surrogate. The dynamics are exact for a normal distribution
near the posterior, so that only the surrogate's difference from it is integrated (Beskos, Pinski, Sanz-Serna
and Stuart 2011). A path is accepted by its own energies; each path is reversible and leaves the surrogate
invariant.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.linalg import lapack, solve_triangular
from scipy.special import logsumexp

from negotiation.base.numeric import FloatArray
from negotiation.errors import InvalidNumber
from negotiation.truces.estimation.numerics import SURROGATE


class Normal(NamedTuple):
    """A normal distribution of coordinates."""

    # (d,): its mean.
    mean: FloatArray
    # (d, d): A lower triangular root of its covariance.
    root: FloatArray

    def step(self, at: FloatArray, width: float, rng: np.random.Generator) -> FloatArray:
        """Return a step that leaves this distribution invariant: from `at` towards a new draw."""
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
    """Return a normal distribution fitted to the particles, closer to the prior if they are few.

    Shapes: `at` (P, d), `weights` (P,). `worth` is the number of independent draws that the particles count
    as; by default their effective number.
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


class Evaluations(NamedTuple):
    """Earlier evaluations of the model."""

    # (N, d): coordinates, standard normal under the priors.
    at: FloatArray
    # (N, T): log densities of all observations there.
    table: FloatArray
    # (T, d, d): by observation, how much directions mattered when it was fitted last; zero before.
    metrics: FloatArray

    @classmethod
    def none(cls, at: FloatArray, table: FloatArray) -> Evaluations:
        """Return evaluations without a fit."""
        return cls(at, table, np.zeros((table.shape[1], at.shape[1], at.shape[1])))

    def with_more(self, at: FloatArray, table: FloatArray) -> Evaluations:
        """Return these evaluations with others added."""
        return self._replace(at=np.concatenate([self.at, at]), table=np.concatenate([self.table, table]))

    def nearest(self, shares: FloatArray, most: int) -> Evaluations:
        """Return at most `most` evaluations, those with the highest posterior density, in their order."""
        height = seen_along(self.table, shares) - 0.5 * (self.at**2).sum(axis=1)
        chosen = np.sort(np.argsort(-height, kind="stable")[:most])
        return self._replace(at=self.at[chosen], table=self.table[chosen])


def seen_along(table: FloatArray, shares: FloatArray) -> FloatArray:
    """Return log densities of the observations, weighted by their shares, shape (N,)."""
    read = shares > 0  # nothing of an observation that is impossible but was not seen
    return np.asarray(table[:, read] @ shares[read])


class Surrogate(NamedTuple):
    """A quadratic function and, by observation, bumps along a few directions."""

    # Value of the quadratic function at zero.
    level: float
    # (d,): its gradient there.
    slope: FloatArray
    # (d, d): its second derivatives.
    bend: FloatArray
    # (d, T * r): to the directions of each observation, in units of the width of its bumps.
    roots: FloatArray
    # (T, N, r): of bumps.
    centres: FloatArray
    # (T, N): of bumps.
    heights: FloatArray

    def at(self, points: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return values and gradients at points.

        Shapes: `points` (C, d); returns (C,) and (C, d).
        """
        observed, _, few = self.centres.shape
        # Bumps h_k exp(-|z - c_k|^2 / 2) in the places z of the points along the directions of an
        # observation; -|z - c|^2 / 2 = z.c - |z|^2 / 2 - |c|^2 / 2, so that all distances are one product of
        # matrices.
        placed = np.ascontiguousarray((points @ self.roots).reshape(-1, observed, few).transpose(1, 0, 2))
        near = placed @ self.centres.transpose(0, 2, 1)
        near -= 0.5 * (placed**2).sum(axis=2)[:, :, None]
        bumps = np.exp(near - 0.5 * (self.centres**2).sum(axis=2)[:, None, :]) * self.heights[:, None, :]
        total = bumps.sum(axis=2)
        towards = bumps @ self.centres - placed * total[:, :, None]  # gradient in z, sum of bumps (c_k - z)
        bent = points @ self.bend
        value = self.level + points @ self.slope + 0.5 * (bent * points).sum(axis=1) + total.sum(axis=0)
        gradient = self.slope + bent + towards.transpose(1, 0, 2).reshape(len(points), -1) @ self.roots.T
        return np.asarray(value), np.asarray(gradient)


class Fit(NamedTuple):
    """The fit of one observation: its scale, the kernel's weights and the metric they were fitted in."""

    mean: float
    scale: float
    weights: FloatArray
    root: FloatArray
    placed: FloatArray
    width: float


def surrogate(known: Evaluations, shares: FloatArray) -> tuple[Surrogate, Evaluations]:
    """Return a surrogate fitted to evaluations, and the evaluations with the metrics of this fit.

    `shares`, shape (T,), are the shares in which the observations count.
    """
    # The cost of a fit grows with the cube of what it reads: what is highest under the target of these steps.
    enough = SURROGATE.fitted_to_at_least + SURROGATE.fitted_to_each * known.at.shape[1]
    used = known.nearest(shares, min(enough, SURROGATE.fitted_to))
    height = seen_along(used.table, shares)
    # What lies far below is fitted loosely, since no chain goes there; noise in units of that of the best.
    below = np.minimum(height.max() - height, SURROGATE.floor)
    noise = np.minimum(1 + (below / SURROGATE.near) ** 2, SURROGATE.noisiest)
    metrics, fits = known.metrics.copy(), []
    seen = np.flatnonzero(shares > 0)
    for t in seen:
        column = used.table[:, t]
        column = np.maximum(column, column.max() - SURROGATE.floor)  # the impossible, -inf, among it
        # Directions that were learned for an earlier target are a good start: one fit is enough then.
        for _ in range(SURROGATE.rounds if not metrics[t].any() else 1):
            fit = _fit(used.at, column, noise, metrics[t])
            metrics[t] = _metric(fit, noise)
        fits.append(fit)
    return _sum(fits, shares[seen]), known._replace(metrics=metrics)


def _kernel(placed: FloatArray, width: float) -> tuple[FloatArray, FloatArray]:
    """Return the quadratic part of the covariance of points in a metric, and the part of bumps."""
    # Places are in the metric M = root root': <x, y> = x M y, and all quadratic functions of x have the
    # covariance 1 + <x, y> + <x, y>^2 (Rasmussen and Williams 2006, section 4.2.2).
    inner = placed @ placed.T
    few = placed[:, : SURROGATE.directions] / width
    near = few @ few.T
    square = np.diag(near)
    bumps = SURROGATE.bumps * np.exp(np.minimum(near - 0.5 * (square[:, None] + square), 0.0))
    return SURROGATE.quadratic * (1 + inner + inner**2), bumps


def _fit(at: FloatArray, column: FloatArray, noise: FloatArray, metric: FloatArray) -> Fit:
    """Return the fit whose width and level of noise predict left-out evaluations best."""
    d, trust = at.shape[1], noise**-2
    # The column is centred and scaled as the trusted evaluations say, so that the kernel has fixed sizes.
    mean = float(np.average(column, weights=trust))
    scale = max(float(np.average((column - mean) ** 2, weights=trust)) ** 0.5, SURROGATE.flat)
    even = np.eye(d) / d
    # A metric of what was learned and a little of all directions alike; of these alone before anything was.
    share = SURROGATE.even if metric.any() else 1.0
    values, vectors = np.linalg.eigh((1 - share) * metric + share * even)
    root = (vectors * np.sqrt(np.maximum(values, 0)))[:, ::-1]  # what matters most comes first
    placed = np.ascontiguousarray(at @ root)
    best, best_fit = np.inf, None
    for width in SURROGATE.widths:
        covariance = sum(_kernel(placed, width))
        for level in SURROGATE.noises:
            inverse = _inverse(covariance + np.diag((level * noise) ** 2))
            weights = inverse @ ((column - mean) / scale)
            # Of a Gaussian process the residual at a point left out is (K^-1 y)_i / (K^-1)_ii, so that all
            # of them cost one inverse (Rasmussen and Williams 2006, equation 5.12).
            left_out = float(np.average((weights / np.diag(inverse)) ** 2, weights=trust))
            if left_out < best:
                best, best_fit = left_out, Fit(mean, scale, weights, root, placed, width)
    if best_fit is None:
        raise InvalidNumber(
            "the log densities of an observation have no finite fit by a Gaussian process; give narrower "
            "`priors`, on which they are less extreme"
        )
    return best_fit


def _inverse(matrix: FloatArray) -> FloatArray:
    """Return the inverse of a positive definite matrix."""
    # By Cholesky, with half of the work of a general inverse; where rounding leaves the matrix not positive
    # definite, by that one.
    factor, wrong = lapack.dpotrf(matrix, lower=1)
    inverse, _ = lapack.dpotri(factor, lower=1)
    if wrong:
        return np.asarray(np.linalg.inv(matrix))
    lower = np.tril(inverse, -1)
    return np.asarray(lower + lower.T + np.diag(np.diag(inverse)))


def _metric(fit: Fit, noise: FloatArray) -> FloatArray:
    """Return the mean outer product of the fit's gradients at its points, with trace one."""
    # Gradients in places, at each point z_i: sum_j w_j q (1 + 2 z_i.z_j) z_j of the quadratic part, and sum_j
    # w_j b_ij (z_j - z_i) / width^2 of the bumps; then by the root back to coordinates. Their mean outer
    # product is the next metric (Radhakrishnan et al. 2024).
    quadratic = SURROGATE.quadratic * ((1 + 2 * fit.placed @ fit.placed.T) * fit.weights) @ fit.placed
    few = fit.placed[:, : SURROGATE.directions]
    bumps = _kernel(fit.placed, fit.width)[1] * fit.weights
    quadratic[:, : SURROGATE.directions] += (bumps @ few - few * bumps.sum(axis=1)[:, None]) / fit.width**2
    gradients = quadratic @ fit.root.T / noise[:, None]
    metric = gradients.T @ gradients
    trace = float(np.trace(metric))
    return np.asarray(metric / trace if trace > 0 else np.eye(len(metric)) / len(metric))


def _sum(fits: list[Fit], shares: FloatArray) -> Surrogate:
    """Return the sum of the fits of observations by their shares."""
    d = fits[0].root.shape[0]
    # sum_j w_j (1 + x.z_j + (x.z_j)^2), multiplied out: one quadratic function for all observations together,
    # whatever the number of evaluations. Bumps stay a sum by observation, each along its own directions.
    level, slope, bend = 0.0, np.zeros(d), np.zeros((d, d))
    roots, centres, heights = [], [], []
    for fit, share in zip(fits, shares, strict=True):
        size = share * fit.scale
        weights = size * SURROGATE.quadratic * fit.weights
        level += float(share * fit.mean + weights.sum())
        slope += fit.root @ (fit.placed.T @ weights)
        bend += 2 * fit.root @ ((fit.placed.T * weights) @ fit.placed) @ fit.root.T
        roots.append(fit.root[:, : SURROGATE.directions] / fit.width)
        centres.append(fit.placed[:, : SURROGATE.directions] / fit.width)
        heights.append(size * SURROGATE.bumps * fit.weights)
    return Surrogate(level, slope, bend, np.concatenate(roots, axis=1), np.stack(centres), np.stack(heights))


class SurrogateHMC(NamedTuple):
    """The density and the options of Hamiltonian paths."""

    # Of the log density of what was seen.
    surrogate: Surrogate
    # Near the posterior: what the dynamics are exact for.
    around: Normal
    # Longest step, as an angle of the rotation.
    angle: float

    def proposed(self, at: FloatArray, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
        """Return the end of several consecutive paths, and the change of the surrogate from the start.

        Shapes: `at` (C, d); returns (C, d) and (C,).
        """
        before = self.surrogate.at(at)[0]
        now, there = at, before
        # Each path is reversible and has the same law, so that their composition is reversible too: to accept
        # or reject its end, the surrogate at both ends is enough.
        for _ in range(SURROGATE.paths):
            now, there, _ = self.path(now, rng)
        return now, np.asarray(there - before)

    def path(self, at: FloatArray, rng: np.random.Generator) -> tuple[FloatArray, FloatArray, float]:
        """Return the ends of paths, the surrogate there, and the share of accepted paths.

        Shapes: `at` (C, d); returns (C, d) and (C,), and float.
        """
        # With x = m + L z the posterior of the surrogate is exp(h(z) - |z|^2 / 2), where h is what it adds to
        # the normal distribution N(m, L L'). With a speed v ~ N(0, I) the energy is
        # H(z, v) = -h(z) + |z|^2 / 2 + |v|^2 / 2.
        root = self.around.root
        whitened = solve_triangular(root, (at - self.around.mean).T, lower=True).T
        speed = rng.standard_normal(at.shape)
        # One random step for all chains: with a fixed one, paths of a whole turn would come back for ever.
        angle = self.angle * rng.uniform(SURROGATE.shortest, 1.0)
        turn, slip = np.cos(angle), np.sin(angle)
        first = self._pull(whitened)
        place, value, pull = whitened, *first[1:]
        energy = first[0] - 0.5 * (speed**2 + whitened**2).sum(axis=1)  # -H at the start
        moving = speed
        for _ in range(SURROGATE.steps):
            # Strang splitting (Beskos et al. 2011): half a kick by the gradient of h, the exact flow of
            # |z|^2 / 2 + |v|^2 / 2, which is a rotation, and the other half of the kick. If h is constant,
            # nothing is lost whatever the angle. It is time-reversible and keeps volume, which the decision
            # below needs.
            moving = moving + 0.5 * angle * pull
            place, moving = turn * place + slip * moving, turn * moving - slip * place
            height, value, pull = self._pull(place)
            moving = moving + 0.5 * angle * pull
        # Accepted with chance min(1, exp(H before - H after)).
        odds = height - 0.5 * (moving**2 + place**2).sum(axis=1) - energy
        yes = np.log(rng.random(len(at))) < odds
        ends = np.where(yes[:, None], self.around.mean + place @ root.T, at)
        return np.asarray(ends), np.where(yes, value, first[1]), float(yes.mean())

    def _pull(self, whitened: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return the surrogate's difference from the normal log density, the surrogate, and the pull."""
        at = self.around.mean + whitened @ self.around.root.T
        value, gradient = self.surrogate.at(at)
        # h(z) = s(x) - |x|^2 / 2 + |z|^2 / 2: the surrogate s, the standard normal prior, less the normal.
        height = value - 0.5 * (at**2).sum(axis=1) + 0.5 * (whitened**2).sum(axis=1)
        return height, value, (gradient - at) @ self.around.root + whitened  # by the chain rule, dx / dz = L


def tuned_hmc(surrogate: Surrogate, at: FloatArray, around: Normal, rng: np.random.Generator) -> SurrogateHMC:
    """Return paths with the normal distribution and the step fitted to the surrogate only.

    Shapes: `at` (C, d).
    """
    # The model is not evaluated here: pilot paths use the surrogate only. They start at the chains' states,
    # but their results enter only the proposal, which is fixed before the chains take a step with it.
    hmc = SurrogateHMC(surrogate, around, SURROGATE.angle)
    now = np.concatenate([at] * max(1, SURROGATE.walkers // len(at)))
    for _ in range(SURROGATE.fits):
        path = []
        for _ in range(SURROGATE.pilot):
            now, _, accepted = hmc.path(now, rng)
            longer = SURROGATE.longer if accepted > SURROGATE.accepted else 1 / SURROGATE.longer
            hmc = hmc._replace(angle=min(hmc.angle * longer, SURROGATE.angle))
            path.append(now)
        late = np.concatenate(path[len(path) // 2 :])
        # States of one walker are alike: half of the late ones are taken for independent.
        worth = len(now) * len(path) / 4
        hmc = hmc._replace(around=fitted(late, np.full(len(late), 1 / len(late)), worth=worth))
    return hmc
