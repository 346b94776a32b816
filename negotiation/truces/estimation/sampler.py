"""Posteriors observation by observation: iterated batch importance sampling (Chopin 2002).

Particles from the prior are weighted by the density of one observation after the other. The weighted mean of
the densities is the model's prediction of the observation, so that their product is the evidence. When few
particles carry the weight, survivors are drawn, and from each a chain of Metropolis steps leads on, whose
target is the posterior of what was seen so far; every state of a chain is a particle (waste-free: Dau and
Chopin 2022). Some steps draw a few parameters anew from the prior, so that what the record says nothing of
keeps its prior, however many parameters there are; others leave a normal distribution as it is that is fitted
to the particles (Rudolf and Sprungk 2018). An observation that would leave too few particles at once is taken
in by shares, its density to a power that grows to one (tempering: Del Moral, Doucet and Jasra 2006). Islands
are whole samplers side by side: how far their evidence differs says how exact it is.

Random numbers belong to an island and an observation, densities to a particle: neither depends on how many
workers there are, nor on where a run was taken up again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from math import log
from typing import NamedTuple

import numpy as np
from scipy.linalg import solve_triangular
from scipy.special import logsumexp

from negotiation.errors import InvalidGame, InvalidNumber
from negotiation.numeric import FloatArray, IntArray
from negotiation.truces.estimation.model import RecordModel
from negotiation.truces.estimation.numerics import NUMERICS
from negotiation.truces.estimation.priors import parameters_at

Densities = Callable[[FloatArray], FloatArray]
START, RENEW = 0, 1


@dataclass(frozen=True, eq=False)
class Island:
    """Particles after some observations.

    Parameters
    ----------
    coordinates : array, shape (P, d)
        Standard normal under the priors.
    densities : array, shape (P, T)
        Log densities of all observations.
    log_weights : array, shape (P,)
        Normalised.
    scores : array, shape (t,)
        Log density of each observation so far, as predicted from those before.
    effective : array, shape (t,)
        Effective number of particles that each observation would have left if taken in at once.
    accepted : array, shape (t,)
        Share of Metropolis steps taken where the particles were renewed; NaN elsewhere.
    """

    coordinates: FloatArray
    densities: FloatArray
    log_weights: FloatArray
    scores: FloatArray
    effective: FloatArray
    accepted: FloatArray

    @property
    def seen(self) -> int:
        """Number of observations so far."""
        return len(self.scores)


def start(model: RecordModel, densities: Densities, particles: int, seed: Sequence[int]) -> Island:
    """Return particles from the prior.

    Parameters
    ----------
    model : RecordModel
        With the priors.
    densities : callable
        The model's log densities at coordinates.
    particles : int
        How many; a multiple of the length of a chain.
    seed : sequence of int
        Of this island.

    Returns
    -------
    Island
        Before the first observation.
    """
    rng = np.random.default_rng([*seed, START])
    coordinates = rng.standard_normal((particles, len(model.priors)))
    none = np.empty(0)
    weights = np.full(particles, -log(particles))
    return Island(coordinates, densities(coordinates), weights, none, none, none)


def step(island: Island, densities: Densities, seed: Sequence[int], sweeps: int = 1) -> Island:
    """Return an island after one more observation.

    Parameters
    ----------
    island : Island
        Up to the observation before.
    densities : callable
        The model's log densities at coordinates.
    seed : sequence of int
        Of this island.
    sweeps : int, optional
        Metropolis steps from one particle of a chain to the next.

    Returns
    -------
    Island
        Renewed, if too few particles carried the weight.

    Raises
    ------
    InvalidNumber
        If the observation is impossible at every particle.
    """
    t = island.seen
    at, table, weights = island.coordinates, island.densities, island.log_weights
    score, left = 0.0, 1.0
    accepted: list[float] = []
    effective = _effective(weights + table[:, t])
    while left > 0:
        share = _taken_in(weights, table[:, t], left)
        weights = weights + share * table[:, t]
        grown = float(logsumexp(weights))
        if not np.isfinite(grown):
            raise InvalidNumber(f"observation {t + 1} has density {np.exp(grown)} at every particle")
        score, left, weights = score + grown, left - share, weights - grown
        if _effective(weights) < NUMERICS.renewed_below * len(weights):
            chosen_by = np.random.default_rng([*seed, RENEW, t, len(accepted)])
            made = Renewal((t, 1.0 - left), sweeps, densities)
            at, table, taken = _renewed(at, table, weights, made, chosen_by)
            weights = np.full(len(weights), -log(len(weights)))
            accepted.append(taken)
    taken_all = float(np.mean(accepted)) if accepted else float("nan")
    new = (score, effective, taken_all)
    series = (np.append(old, one) for old, one in zip(_series(island), new, strict=True))
    return Island(at, table, weights, *series)


def _effective(log_weights: FloatArray) -> float:
    """Return the effective number of particles, 1 / sum of squares; 0 if none has a weight."""
    total = logsumexp(log_weights)
    return float(np.exp(2 * total - logsumexp(2 * log_weights))) if np.isfinite(total) else 0.0


def _taken_in(log_weights: FloatArray, column: FloatArray, left: float) -> float:
    """Return the share of an observation to take in at once: as much as leaves enough particles."""
    least = NUMERICS.least_effective * len(log_weights)
    if _effective(log_weights + left * column) >= least:
        return left
    low, high = 0.0, left
    for _ in range(NUMERICS.halvings):
        middle = (low + high) / 2
        low, high = (middle, high) if _effective(log_weights + middle * column) >= least else (low, middle)
    # Where an observation is impossible at most particles no share is small enough: the least drops them.
    return low or high


def _series(island: Island) -> tuple[FloatArray, FloatArray, FloatArray]:
    return island.scores, island.effective, island.accepted


class Renewal(NamedTuple):
    """How particles are renewed.

    Parameters
    ----------
    until : tuple of (int, float)
        What they have seen: whole observations, and a share of the next one.
    sweeps : int
        Metropolis steps from one particle of a chain to the next.
    densities : callable
        The model's log densities at coordinates.
    """

    until: tuple[int, float]
    sweeps: int
    densities: Densities


def _renewed(
    at: FloatArray,
    table: FloatArray,
    log_weights: FloatArray,
    made: Renewal,
    rng: np.random.Generator,
) -> tuple[FloatArray, FloatArray, float]:
    """Return new particles, their densities, and the share of steps taken: chains from few survivors."""
    count = len(at)
    fitted = _fitted(at, np.exp(log_weights))
    chosen = systematic(np.exp(log_weights), count // NUMERICS.chain, rng)
    rng.shuffle(chosen)
    at, table = at[chosen], table[chosen]
    target = _target(table, made.until)
    chains, tables, taken = [at], [table], 0
    steps = (NUMERICS.chain - 1) * made.sweeps
    for k in range(steps):
        anew, width = NUMERICS.steps[k % len(NUMERICS.steps)]
        if anew:
            proposal = np.where(rng.random(at.shape) < width, rng.standard_normal(at.shape), at)
        else:
            proposal = fitted.step(at, width, rng)
        there = made.densities(proposal)
        aim = _target(there, made.until)
        # What is drawn anew from the prior leaves it as it is; a step around the fit leaves the fit.
        odds = aim - target if anew else aim - target + _beyond(proposal, fitted) - _beyond(at, fitted)
        yes = np.log(rng.random(len(at))) < odds
        at = np.asarray(np.where(yes[:, None], proposal, at))
        table = np.asarray(np.where(yes[:, None], there, table))
        target = np.where(yes, aim, target).astype(np.float64)
        taken += int(yes.sum())
        if (k + 1) % made.sweeps == 0:
            chains.append(at)
            tables.append(table)
    return np.concatenate(chains), np.concatenate(tables), taken / (steps * len(chosen))


def _target(table: FloatArray, until: tuple[int, float]) -> FloatArray:
    """Return the log density of what was seen so far."""
    whole, share = until
    return np.asarray(table[:, :whole].sum(axis=1) + share * table[:, whole])


class Normal(NamedTuple):
    """A normal distribution of coordinates.

    Parameters
    ----------
    mean : array, shape (d,)
        Its mean.
    root : array, shape (d, d)
        A lower triangular root of its covariance.
    """

    mean: FloatArray
    root: FloatArray

    def step(self, at: FloatArray, width: float, rng: np.random.Generator) -> FloatArray:
        """Return a step that leaves this distribution as it is: from `at` towards a new draw of it."""
        new = rng.standard_normal(at.shape) @ self.root.T
        return np.asarray(self.mean + np.sqrt(1 - width**2) * (at - self.mean) + width * new)

    def log_density(self, at: FloatArray) -> FloatArray:
        """Return log densities, up to a constant, shape (P,)."""
        scaled = solve_triangular(self.root, (at - self.mean).T, lower=True)
        return np.asarray(-0.5 * (scaled**2).sum(axis=0))


def _beyond(at: FloatArray, around: Normal) -> FloatArray:
    """Return the log density of the prior less that of what a step leaves as it is, up to a constant."""
    return np.asarray(-0.5 * (at**2).sum(axis=1) - around.log_density(at))


def _fitted(at: FloatArray, weights: FloatArray) -> Normal:
    """Return a normal distribution near the particles, nearer to the prior the fewer they are."""
    mean = weights @ at
    centred = at - mean
    covariance = (weights[:, None] * centred).T @ centred
    told = _effective(np.log(weights))
    share = told / (told + at.shape[1])
    root = np.linalg.cholesky(share * covariance + (1 - share) * np.eye(at.shape[1]))
    return Normal(share * mean, np.asarray(root, dtype=np.float64))


def systematic(weights: FloatArray, count: int, rng: np.random.Generator) -> IntArray:
    """Return positions drawn in proportion to weights, by one random number (systematic resampling).

    Parameters
    ----------
    weights : array, shape (P,)
        They sum to one.
    count : int
        How many positions.
    rng : numpy.random.Generator
        Source of the random number.

    Returns
    -------
    array of int, shape (count,)
        Each position floor or ceiling of `count` times its weight times.
    """
    points = (rng.random() + np.arange(count)) / count
    return np.minimum(np.searchsorted(np.cumsum(weights), points), len(weights) - 1)


def densities_of(model: RecordModel, executor: Executor | None = None) -> Densities:
    """Return a function from coordinates to log densities, checked, in chunks that do not depend on workers.

    Parameters
    ----------
    model : RecordModel
        What is asked.
    executor : concurrent.futures.Executor, optional
        Where the chunks are worked at; here if not given.

    Returns
    -------
    callable
        Raises InvalidGame if the model returns another shape, or a density that is no number.
    """
    observed = len(model.observations)

    def densities(coordinates: FloatArray) -> FloatArray:
        """Return the log densities at points that are given by coordinates, in chunks."""
        at = parameters_at(model.priors, coordinates)
        chunks = [at[k : k + NUMERICS.chunk] for k in range(0, len(at), NUMERICS.chunk)]
        work = map if executor is None else executor.map
        found = np.concatenate([np.asarray(part) for part in work(model.log_densities, chunks)])
        if found.shape != (len(at), observed):
            raise InvalidGame(
                f"{model.name}: log densities of shape {found.shape}; {(len(at), observed)} is needed, one "
                "row a particle and one column an observation"
            )
        wrong = np.isnan(found) | (found == np.inf)
        if wrong.any():
            row, column = np.argwhere(wrong)[0]
            values = dict(zip((p.name for p in model.priors), at[row].tolist(), strict=True))
            raise InvalidNumber(
                f"{model.name}: log density {found[row, column]} of {model.observations[column]} at {values}"
            )
        return found

    return densities
