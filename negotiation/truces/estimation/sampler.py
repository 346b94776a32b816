"""Posteriors observation by observation: iterated batch importance sampling (Chopin 2002).

Particles from the prior are weighted by the density of one observation after another. The weighted mean of
the densities is the model's prediction of the observation, so that their product is the evidence. When few
particles carry the weight, survivors are drawn, and a chain of Metropolis steps starts at each; its states
are the new particles. An observation that would leave too few particles is included gradually, as its density
to a power that grows to one (tempering: Del Moral, Doucet and Jasra 2006). Islands are independent samplers:
the differences of their evidence show its error.

Random numbers belong to an island and an observation, densities to a particle. Neither depends on the number
of workers, nor on where a run was resumed.

A chain's target is the posterior given the observations so far. Some steps refresh a few parameters from the
prior, so that parameters about which the record is silent keep their prior, however many there are. Other
steps leave a normal distribution invariant that is fitted to the particles (Rudolf and Sprungk 2018). Most
steps propose the ends of Hamiltonian paths on a surrogate for the density (Christen and Fox 2005; Liu 2001,
section 9.4.3).

Chains double in length until they have converged; the first half of each is dropped. The surrogate and the
normal distribution are fitted again at each doubling, so that they are fixed while the states that are kept
are generated. The model accepts or rejects each step by the exact ratio. The surrogate therefore changes the
computing time, but not the distribution of the results.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from math import log
from typing import NamedTuple

import numpy as np
from scipy.special import logsumexp

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.errors import InvalidGame, InvalidNumber, shown
from negotiation.truces.estimation.model import RecordModel
from negotiation.truces.estimation.numerics import NUMERICS, SURROGATE, Move
from negotiation.truces.estimation.priors import parameters_at
from negotiation.truces.estimation.surrogate import (
    Evaluations,
    Normal,
    SurrogateHMC,
    effective,
    fitted,
    seen_along,
    surrogate,
    tuned_hmc,
)

Densities = Callable[[FloatArray], FloatArray]


class Renewal(NamedTuple):
    """Options of the renewal of particles."""

    # (T,): the share of each observation that they have seen.
    shares: FloatArray
    # The model's log densities at coordinates.
    densities: Densities
    # Earlier evaluations of the model.
    known: Evaluations


class Toward(NamedTuple):
    """The target of the sampler's steps; it does not change while states are collected."""

    around: Normal
    # Paths on a surrogate for the density; without them such moves are steps around the normal distribution.
    hmc: SurrogateHMC | None = None


class States(NamedTuple):
    """The current states of the chains."""

    # (C, d): coordinates.
    at: FloatArray
    # (C, T): log densities of all observations there.
    table: FloatArray
    # (C,): log density of what was seen so far.
    target: FloatArray


def stepped(
    now: States, move: Move, toward: Toward, made: Renewal, rng: np.random.Generator
) -> tuple[States, States]:
    """Return the chains after one Metropolis step each, and the proposals."""
    kind, width = move
    proposal, odds = _proposed(now.at, kind, width, toward, rng)
    there = made.densities(proposal)
    aim = seen_along(there, made.shares)
    # Where the target is impossible at the proposal, `aim` is -inf and no chain goes there.
    yes = np.log(rng.random(len(now.at))) < aim - now.target + odds
    moved = States(
        np.asarray(np.where(yes[:, None], proposal, now.at)),
        np.asarray(np.where(yes[:, None], there, now.table)),
        np.where(yes, aim, now.target).astype(np.float64),
    )
    return moved, States(proposal, there, aim)


def _proposed(
    at: FloatArray, kind: str, width: float, toward: Toward, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray | float]:
    """Return proposals, and the correction of the gain in log density that decides on them."""
    # The target is p(x) exp(l(x)), the prior p and the density l of what was seen. A proposal that is
    # reversible with respect to q is accepted with chance min(1, exp(l(y) - l(x)) (p / q)(y) / (p / q)(x)):
    # what is returned is the logarithm of the last quotient.
    if kind == "refresh":  # q is the prior itself
        return np.where(rng.random(at.shape) < width, rng.standard_normal(at.shape), at), 0.0
    if kind == "surrogate" and toward.hmc is not None:  # q = p exp(s), the prior times the surrogate
        proposal, gained = toward.hmc.proposed(at, rng)
        return proposal, -gained
    # q is the normal distribution around the particles.
    proposal = toward.around.step(at, width, rng)
    return proposal, _beyond(proposal, toward.around) - _beyond(at, toward.around)


def _beyond(at: FloatArray, around: Normal) -> FloatArray:
    """Return the log density of the prior less the invariant density of a step, up to a constant."""
    return np.asarray(-0.5 * (at**2).sum(axis=1) - around.log_density(at))


class Renewed(NamedTuple):
    """New particles of equal weight."""

    # (P, d): standard normal under the priors.
    coordinates: FloatArray
    # (P, T): log densities of all observations.
    densities: FloatArray
    # Share of the steps that was accepted.
    accepted: float
    # Passes over the steps of a chain that it took.
    sweeps: float
    # 1 if the chains converged, 0 if the limit was reached before; of this name in kept files.
    settled: float
    # Evaluations of the model so far.
    known: Evaluations


def renewed(
    at: FloatArray, table: FloatArray, around: Normal, made: Renewal, rng: np.random.Generator
) -> Renewed:
    """Return new particles: states from the second halves of chains that start at the survivors.

    Shapes: `at` (C, d), `table` (C, T), for C chains, d parameters and T observations.
    """
    now, known = States(at, table, seen_along(table, made.shares)), made.known
    moves, count = NUMERICS.steps, len(at)
    path: list[States] = []
    moved, rounds = 0, NUMERICS.sweeps_at_first
    while True:
        # What proposals lead towards is fixed from here to the next doubling. The states before it, to which
        # it was fitted, are the first half by then, and dropped.
        toward = Toward(around)
        if at.shape[1] > SURROGATE.few:
            fit, known = surrogate(known, made.shares)
            toward = Toward(around, tuned_hmc(fit, now.at, around, rng))
        proposals: list[States] = []
        while len(path) < rounds * len(moves):
            before = now
            now, proposed = stepped(now, moves[len(path) % len(moves)], toward, made, rng)
            path.append(now)
            proposals.append(proposed)
            moved += int((before.at != now.at).any(axis=1).sum())
        # Rejected proposals inform the surrogate as well: the model was evaluated at each.
        known = known.with_more(
            np.concatenate([state.at for state in proposals]),
            np.concatenate([state.table for state in proposals]),
        ).nearest(made.shares, SURROGATE.kept)
        converged = moved > 0 and has_converged(np.stack([state.target for state in path]))
        if converged or rounds >= NUMERICS.most_sweeps:
            break
        late = np.concatenate([state.at for state in path[len(path) // 2 :]])
        # A sweep of a chain counts as one independent draw; the late half of the way has half of them.
        around = fitted(late, np.full(len(late), 1 / len(late)), worth=count * rounds / 2)
        rounds *= 2
    # As many states of each chain as it has particles, evenly over its second half and including the last:
    # no evaluation is discarded without need (waste-free: Dau and Chopin 2022).
    half = len(path) // 2
    chosen = len(path) - 1 - np.arange(NUMERICS.chain) * half // NUMERICS.chain
    return Renewed(
        np.concatenate([path[k].at for k in chosen]), np.concatenate([path[k].table for k in chosen]),
        moved / (len(path) * count), float(rounds), float(converged), known,
    )  # fmt: skip


def has_converged(targets: FloatArray) -> bool:
    """Return whether chains are long enough, by the log density of the observations along them.

    `targets` has shape (S, C), for S states of each of C chains.
    """
    # First quarter: dropped. Second quarter against second half: do chains still climb? By more than may be
    # neglected, and by more than two standard errors over the chains.
    quarter = len(targets) // 4
    before, late = targets[quarter : 2 * quarter], targets[2 * quarter :]
    rises = late.mean(axis=0) - before.mean(axis=0)
    chains = len(rises)
    error = float(rises.std(ddof=1)) / chains**0.5 if chains > 1 else 0.0
    if rises.mean() > max(NUMERICS.rise, 2 * error):
        return False
    # Within the second half: is a state still correlated with the one a quarter of the chain later?
    # Deviations are from the mean over all chains, so that chains that do not move count as correlated.
    centred = late - late.mean()
    spread = float((centred**2).mean())
    if spread == 0:
        return True  # the record does not distinguish the states
    apart = len(late) // 2
    return float((centred[:-apart] * centred[apart:]).mean()) <= NUMERICS.correlated * spread


START, RENEW, FURTHER = 0, 1, 2
# What an island keeps of each observation; the last three are those of its renewals.
SERIES = ("scores", "effective", "accepted", "sweeps", "settled")


@dataclass(frozen=True, eq=False)
class Island:
    """Particles after some observations."""

    # (P, d): standard normal under the priors.
    coordinates: FloatArray
    # (P, T): log densities of all observations.
    densities: FloatArray
    # (P,): normalised.
    log_weights: FloatArray
    # (t,): log density of each observation so far, as predicted from those before.
    scores: FloatArray
    # (t,): effective number of particles that each observation would have left if taken in at once.
    effective: FloatArray
    # accepted, sweeps, settled: (t,) each, NaN where the particles were not renewed. Share of Metropolis
    # steps that were accepted; passes over the steps of a chain; share of renewals whose chains had converged
    # before the limit.
    accepted: FloatArray
    sweeps: FloatArray
    settled: FloatArray
    # (C,): mean log density of all observations along chains that went on from the last particles; empty
    # until it is asked for.
    further: FloatArray
    # known_at, known_densities, metrics: (N, d), (N, T) and (T, d, d): what the model said before, and the
    # directions that mattered; empty before the first renewal.
    known_at: FloatArray
    known_densities: FloatArray
    metrics: FloatArray

    @property
    def seen(self) -> int:
        """Number of observations so far."""
        return len(self.scores)

    @property
    def known(self) -> Evaluations:
        """Earlier evaluations of the model; the evaluations of the particles if nothing else was stored."""
        if len(self.known_at):
            return Evaluations(self.known_at, self.known_densities, self.metrics)
        return Evaluations.none(self.coordinates, self.densities)

    def knowing(self, known: Evaluations) -> Island:
        """Return the island with evaluations of the model stored in it."""
        return replace(self, known_at=known.at, known_densities=known.table, metrics=known.metrics)


def start(model: RecordModel, densities: Densities, particles: int, seed: Sequence[int]) -> Island:
    """Return particles from the prior."""
    rng = np.random.default_rng([*seed, START])
    coordinates = rng.standard_normal((particles, len(model.priors)))
    none = np.empty(0)
    weights = np.full(particles, -log(particles))
    return Island(coordinates, densities(coordinates), weights, *(none,) * 9)


def step(island: Island, densities: Densities, seed: Sequence[int]) -> Island:
    """Return an island after one more observation."""
    t = island.seen
    at, table, weights, known = island.coordinates, island.densities, island.log_weights, island.known
    score, left = 0.0, 1.0
    made: list[Renewed] = []
    at_once = effective(weights + table[:, t])
    while left > 0:
        # From the posterior after p_1, ..., p_(t-1) and p_t to the power of what was taken in, one share on.
        share = _taken_in(weights, table[:, t], left)
        weights = weights + share * table[:, t]
        # The weights W sum to one before, so that this is log sum W p_t^share, the log of the quotient of two
        # normalising constants (Del Moral et al. 2006). Over all shares they add up to
        # log p(y_t | y_1, ..., y_(t-1)), the score, and over all observations to the log evidence.
        grown = float(logsumexp(weights))
        if not np.isfinite(grown):
            raise InvalidNumber(
                f"observation {t + 1} of {table.shape[1]} has density {np.exp(grown)} at every particle; "
                "give wider `priors`, or leave the observation out of the model"
            )
        score, left, weights = score + grown, left - share, weights - grown
        # Renewed after the weights are taken into the score: new particles are alike in weight, and what is
        # left of the observation is predicted by them.
        if effective(weights) < NUMERICS.renewed_below * len(weights):
            rng = np.random.default_rng([*seed, RENEW, t, len(made)])
            seen = np.zeros(table.shape[1])
            seen[:t], seen[t] = 1.0, 1.0 - left
            made.append(_renewed(at, table, weights, Renewal(seen, densities, known), rng))
            at, table, known = made[-1].coordinates, made[-1].densities, made[-1].known
            weights = np.full(len(weights), -log(len(weights)))
    new = (score, at_once, *(_mean(made, name) for name in SERIES[2:]))
    series = {name: np.append(getattr(island, name), value) for name, value in zip(SERIES, new, strict=True)}
    after = replace(island, coordinates=at, densities=table, log_weights=weights, **series)
    return after.knowing(known) if made else after


def _mean(made: Sequence[Renewed], name: str) -> float:
    """Return the mean over renewals; NaN if there was none."""
    return float(np.mean([getattr(renewal, name) for renewal in made])) if made else float("nan")


def gone_on(island: Island, densities: Densities, seed: Sequence[int]) -> Island:
    """Return an island at its end, with the results of chains that continue until they converge."""
    made = Renewal(np.ones(island.seen), densities, island.known)
    rng = np.random.default_rng([*seed, FURTHER])
    later = _renewed(island.coordinates, island.densities, island.log_weights, made, rng)
    # States of a chain stand a number of chains apart: a row for each of its particles, a column a chain.
    by_chain = later.densities.sum(axis=1).reshape(NUMERICS.chain, -1)
    return replace(island, further=by_chain.mean(axis=0))


def _taken_in(log_weights: FloatArray, column: FloatArray, left: float) -> float:
    """Return the largest share of an observation, at most `left`, that leaves enough particles."""
    # Effective are (sum W)^2 / sum W^2 particles, of the weights W p_t^share. As the share grows
    # they become fewer: halving finds where they are just enough (Jasra, Stephens, Doucet, Tsagaris 2011).
    least = NUMERICS.least_effective * len(log_weights)
    if effective(log_weights + left * column) >= least:
        return left
    low, high = 0.0, left
    for _ in range(NUMERICS.halvings):
        middle = (low + high) / 2
        low, high = (middle, high) if effective(log_weights + middle * column) >= least else (low, middle)
    # Where an observation is impossible at most particles no share is small enough: the least drops them.
    return low or high


def _renewed(
    at: FloatArray, table: FloatArray, log_weights: FloatArray, made: Renewal, rng: np.random.Generator
) -> Renewed:
    """Return the particles of chains, each of which starts at a survivor drawn by weight."""
    around = fitted(at, np.exp(log_weights))
    # One survivor for each chain. Systematic draws come in order, copies of a particle beside each other:
    # shuffled, since the next draw would follow that order.
    chosen = systematic(np.exp(log_weights), len(at) // NUMERICS.chain, rng)
    rng.shuffle(chosen)
    return renewed(at[chosen], table[chosen], around, made, rng)


def systematic(weights: FloatArray, count: int, rng: np.random.Generator) -> IntArray:
    """Return positions drawn in proportion to weights, from one random number (systematic resampling).

    Shapes: `weights` (P,); returns (count,).
    """
    # One random number for all points, which are 1 / count apart: each particle is drawn in proportion to its
    # weight, to within one draw.
    points = (rng.random() + np.arange(count)) / count
    return np.minimum(np.searchsorted(np.cumsum(weights), points), len(weights) - 1)


def densities_of(model: RecordModel, executor: Executor | None = None) -> Densities:
    """Return a function from coordinates to checked log densities, in chunks that no worker changes."""
    observed = len(model.observations)

    def densities(coordinates: FloatArray) -> FloatArray:
        """Return the log densities at points that are given by coordinates, in chunks."""
        at = parameters_at(model.priors, coordinates)
        chunks = [at[k : k + NUMERICS.chunk] for k in range(0, len(at), NUMERICS.chunk)]
        work = map if executor is None else executor.map
        logs = np.concatenate([np.asarray(part) for part in work(model.log_densities, chunks)])
        if logs.shape != (len(at), observed):
            raise InvalidGame(
                f"{model.name}: got log densities of shape {logs.shape}; expected {(len(at), observed)}, "
                "one row for each particle and one column for each observation"
            )
        wrong = np.isnan(logs) | (logs == np.inf)
        if wrong.any():
            row, column = np.argwhere(wrong)[0]
            values = dict(zip((p.name for p in model.priors), at[row].tolist(), strict=True))
            raise InvalidNumber(
                f"{model.name}: the log density of {model.observations[column]} is {logs[row, column]} at "
                f"{shown(values)}; expected a finite number or -inf"
            )
        return logs

    return densities
