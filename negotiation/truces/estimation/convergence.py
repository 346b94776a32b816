"""Chains that go on until they have converged, most of whose steps a surrogate for the density proposes.

Their length doubles until they have converged; the first half of each is dropped. The surrogate and the
normal distribution are fitted again whenever it doubles, so that they are fixed while the states that are
kept are made. The model decides on each step by the exact ratio: what the steps leave as it is does not
depend on the surrogate, how long it takes does.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.truces.estimation.chains import Renewal, States, Toward, accepted, stepped, target_of
from negotiation.truces.estimation.normal import Normal, fitted
from negotiation.truces.estimation.numerics import NUMERICS, SURROGATE
from negotiation.truces.estimation.surrogate import Evaluations, surrogate
from negotiation.truces.estimation.surrogate_hmc import tuned_hmc


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
    # What the model said so far.
    known: Evaluations


def renewed(
    at: FloatArray, table: FloatArray, around: Normal, made: Renewal, rng: np.random.Generator
) -> Renewed:
    """Return new particles: states of chains from survivors, from the second half of their way.

    Shapes: `at` (C, d), `table` (C, T).
    """
    now, known = States(at, table, target_of(table, made.until)), made.known
    moves, count = NUMERICS.steps, len(at)
    shares = shares_of(made.until, table.shape[1])
    path: list[States] = []
    moved, rounds = 0, NUMERICS.sweeps_at_first
    while True:
        # What proposals lead towards is fixed from here to the next doubling. The states before it, to which
        # it was fitted, are the first half by then, and dropped.
        toward = Toward(around)
        if at.shape[1] > SURROGATE.few:
            fit, known = surrogate(known, shares)
            toward = Toward(around, tuned_hmc(fit, now.at, around, rng))
        proposals: list[States] = []
        while len(path) < rounds * len(moves):
            before = now
            now, proposed = stepped(now, moves[len(path) % len(moves)], toward, made, rng)
            path.append(now)
            proposals.append(proposed)
            moved += accepted(before, now)
        # Proposals that were refused teach the surrogate as well as others: the model was asked at each.
        known = _with_more(known, proposals, shares)
        converged = moved > 0 and has_converged(np.stack([state.target for state in path]))
        if converged or rounds >= NUMERICS.most_sweeps:
            break
        late = np.concatenate([state.at for state in path[len(path) // 2 :]])
        # A sweep of a chain counts as one independent draw; the late half of the way has half of them.
        around = fitted(late, np.full(len(late), 1 / len(late)), worth=count * rounds / 2)
        rounds *= 2
    # As many states of each chain as it has particles, evenly over its second half, the last among them:
    # nothing that was asked for is thrown away without need (waste-free: Dau and Chopin 2022).
    half = len(path) // 2
    chosen = len(path) - 1 - np.arange(NUMERICS.chain) * half // NUMERICS.chain
    return Renewed(
        np.concatenate([path[k].at for k in chosen]), np.concatenate([path[k].table for k in chosen]),
        moved / (len(path) * count), float(rounds), float(converged), known,
    )  # fmt: skip


def shares_of(until: tuple[int, float], observed: int) -> FloatArray:
    """Return how much of each observation was seen.

    Returns shape (T,).
    """
    whole, share = until
    shares = np.zeros(observed)
    shares[:whole], shares[whole] = 1.0, share
    return shares


def _with_more(known: Evaluations, proposals: list[States], shares: FloatArray) -> Evaluations:
    """Return what is known with what was proposed, and no more than is kept."""
    at, table = (np.concatenate([getattr(state, name) for state in proposals]) for name in ("at", "table"))
    return known.with_more(at, table).nearest(shares, SURROGATE.kept)


def has_converged(targets: FloatArray) -> bool:
    """Return whether chains have gone on for long enough, as by the log density of what was seen along them.

    Shapes: `targets` (S, C).
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
    # Within the second half: does a state still tell of the one a quarter of the way later? Off the mean over
    # all chains, so that chains which stay each where it is are correlated by that.
    centred = late - late.mean()
    spread = float((centred**2).mean())
    if spread == 0:
        return True  # the record says nothing of where the chains are
    apart = len(late) // 2
    return float((centred[:-apart] * centred[apart:]).mean()) <= NUMERICS.correlated * spread
