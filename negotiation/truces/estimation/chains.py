"""Chains of Metropolis steps by which particles are renewed, and when they have gone on for long enough.

From each survivor a chain leads on, whose target is the posterior of what was seen so far. Some steps draw a
few parameters anew from the prior, so that what the record says nothing of keeps its prior, however many
parameters there are; others leave a normal distribution as it is that is fitted to the particles (Rudolf and
Sprungk 2018). With a given number of sweeps every state is a particle (waste-free: Dau and Chopin 2022), the
survivors among them. Without one, chains go on until they have settled: the first half of each is dropped,
and the normal distribution is fitted anew, to what the chains have found, whenever their length doubles.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.linalg import solve_triangular
from scipy.special import logsumexp

from negotiation.numeric import FloatArray
from negotiation.truces.estimation.numerics import NUMERICS

Densities = Callable[[FloatArray], FloatArray]


class Renewal(NamedTuple):
    """How particles are renewed.

    Parameters
    ----------
    until : tuple of (int, float)
        What they have seen: whole observations, and a share of the next one.
    sweeps : int or None
        Metropolis steps from one particle of a chain to the next; None for as many as it takes.
    densities : callable
        The model's log densities at coordinates.
    """

    until: tuple[int, float]
    sweeps: int | None
    densities: Densities


class Renewed(NamedTuple):
    """New particles of equal weight.

    Parameters
    ----------
    coordinates : array, shape (P, d)
        Standard normal under the priors.
    densities : array, shape (P, T)
        Log densities of all observations.
    accepted : float
        Share of steps taken.
    sweeps : float
        Passes over the steps of a chain that it took.
    settled : float
        1 if the chains settled, 0 if the limit was reached before; NaN if sweeps were given.
    """

    coordinates: FloatArray
    densities: FloatArray
    accepted: float
    sweeps: float
    settled: float


class States(NamedTuple):
    """Where the chains stand.

    Parameters
    ----------
    at : array, shape (C, d)
        Coordinates.
    table : array, shape (C, T)
        Log densities of all observations there.
    target : array, shape (C,)
        Log density of what was seen so far.
    """

    at: FloatArray
    table: FloatArray
    target: FloatArray


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


def effective(log_weights: FloatArray) -> float:
    """Return the effective number of particles.

    Parameters
    ----------
    log_weights : array, shape (P,)
        Up to a constant.

    Returns
    -------
    float
        1 / sum of squares; 0 if none has a weight.
    """
    total = logsumexp(log_weights)
    return float(np.exp(2 * total - logsumexp(2 * log_weights))) if np.isfinite(total) else 0.0


def target_of(table: FloatArray, until: tuple[int, float]) -> FloatArray:
    """Return the log density of what was seen so far.

    Parameters
    ----------
    table : array, shape (P, T)
        Log densities of all observations.
    until : tuple of (int, float)
        Whole observations, and a share of the next one.

    Returns
    -------
    array, shape (P,)
        Of each particle.
    """
    whole, share = until
    return np.asarray(table[:, :whole].sum(axis=1) + share * table[:, whole])


def fitted(at: FloatArray, weights: FloatArray, told: float | None = None) -> Normal:
    """Return a normal distribution near the particles, nearer to the prior the fewer they are.

    Parameters
    ----------
    at : array, shape (P, d)
        Coordinates.
    weights : array, shape (P,)
        They sum to one.
    told : float, optional
        How many independent particles these are worth; their effective number if not given.

    Returns
    -------
    Normal
        Between the prior and the weighted mean and covariance.
    """
    mean = weights @ at
    centred = at - mean
    covariance = (weights[:, None] * centred).T @ centred
    told = effective(np.log(weights)) if told is None else told
    share = told / (told + at.shape[1])
    root = np.linalg.cholesky(share * covariance + (1 - share) * np.eye(at.shape[1]))
    return Normal(share * mean, np.asarray(root, dtype=np.float64))


def renewed(
    at: FloatArray, table: FloatArray, around: Normal, made: Renewal, rng: np.random.Generator
) -> Renewed:
    """Return new particles: chains from survivors.

    Parameters
    ----------
    at : array, shape (C, d)
        Coordinates of the survivors, one a chain.
    table : array, shape (C, T)
        Log densities of all observations there.
    around : Normal
        Fitted to the weighted particles.
    made : Renewal
        What was seen, how many sweeps, and the model.
    rng : numpy.random.Generator
        Source of the random numbers.

    Returns
    -------
    Renewed
        As many as the survivors times the length of a chain.
    """
    now = States(at, table, target_of(table, made.until))
    if made.sweeps is None:
        return _until_settled(now, around, made, rng)
    chains, tables, taken = [at], [table], 0
    steps = (NUMERICS.chain - 1) * made.sweeps
    for k in range(steps):
        now, yes = _stepped(now, NUMERICS.steps[k % len(NUMERICS.steps)], around, made, rng)
        taken += yes
        if (k + 1) % made.sweeps == 0:
            chains.append(now.at)
            tables.append(now.table)
    share = taken / (steps * len(at))
    return Renewed(np.concatenate(chains), np.concatenate(tables), share, float(made.sweeps), float("nan"))


def _stepped(
    now: States, move: tuple[bool, float], around: Normal, made: Renewal, rng: np.random.Generator
) -> tuple[States, int]:
    """Return the chains after one Metropolis step each, and how many took it."""
    anew, width = move
    at = now.at
    if anew:
        proposal = np.where(rng.random(at.shape) < width, rng.standard_normal(at.shape), at)
    else:
        proposal = around.step(at, width, rng)
    there = made.densities(proposal)
    aim = target_of(there, made.until)
    # What is drawn anew from the prior leaves it as it is; a step around the fit leaves the fit.
    odds = aim - now.target if anew else aim - now.target + _beyond(proposal, around) - _beyond(at, around)
    yes = np.log(rng.random(len(at))) < odds
    moved = States(
        np.asarray(np.where(yes[:, None], proposal, at)),
        np.asarray(np.where(yes[:, None], there, now.table)),
        np.where(yes, aim, now.target).astype(np.float64),
    )
    return moved, int(yes.sum())


def _beyond(at: FloatArray, around: Normal) -> FloatArray:
    """Return the log density of the prior less that of what a step leaves as it is, up to a constant."""
    return np.asarray(-0.5 * (at**2).sum(axis=1) - around.log_density(at))


def _until_settled(now: States, around: Normal, made: Renewal, rng: np.random.Generator) -> Renewed:
    """Return particles of chains whose length doubles until they have settled, from their second half."""
    moves, count = NUMERICS.settling_steps, len(now.at)
    path: list[States] = []
    taken, rounds = 0, NUMERICS.sweeps_at_first
    while True:
        while len(path) < rounds * len(moves):
            now, yes = _stepped(now, moves[len(path) % len(moves)], around, made, rng)
            path.append(now)
            taken += yes
        settled = taken > 0 and has_settled(np.stack([one.target for one in path]))
        if settled or rounds >= NUMERICS.most_sweeps:
            break
        late = np.concatenate([one.at for one in path[len(path) // 2 :]])
        around = fitted(late, np.full(len(late), 1 / len(late)), told=count * rounds / 2)
        rounds *= 2
    # As many states of each chain as it has particles, evenly over its second half, the last among them.
    half = len(path) // 2
    chosen = len(path) - 1 - np.arange(NUMERICS.chain) * half // NUMERICS.chain
    return Renewed(
        np.concatenate([path[k].at for k in chosen]), np.concatenate([path[k].table for k in chosen]),
        taken / (len(path) * count), float(rounds), float(settled),
    )  # fmt: skip


def has_settled(targets: FloatArray) -> bool:
    """Return whether chains have gone on for long enough, as by the log density of what was seen along them.

    Parameters
    ----------
    targets : array, shape (S, C)
        Of the states of each chain, in their order.

    Returns
    -------
    bool
        The second half of the chains is not above the quarter before it by more than a limit and two standard
        errors over chains; and in the second half, states that lie half of it apart are hardly correlated.
        The one says that the chains no longer climb, the other that they would have by now.
    """
    quarter = len(targets) // 4
    before, late = targets[quarter : 2 * quarter], targets[2 * quarter :]
    rises = late.mean(axis=0) - before.mean(axis=0)
    chains = len(rises)
    error = float(rises.std(ddof=1)) / chains**0.5 if chains > 1 else 0.0
    if rises.mean() > max(NUMERICS.rise, 2 * error):
        return False
    centred = late - late.mean()
    spread = float((centred**2).mean())
    if spread == 0:
        return True  # the record says nothing of where the chains are
    apart = len(late) // 2
    return float((centred[:-apart] * centred[apart:]).mean()) <= NUMERICS.correlated * spread
