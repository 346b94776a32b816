"""Chains that go on until they have settled, most of whose steps a stand-in for the density proposes.

Their length doubles until they have settled; the first half of each is dropped. The stand-in and the normal
distribution are fitted anew whenever it doubles, so that they are fixed while the states that are kept are
made. The model decides on each step by the exact ratio: what the steps leave as it is does not depend on the
stand-in, how long it takes does.
"""

from __future__ import annotations

import numpy as np

from negotiation.numeric import FloatArray
from negotiation.truces.estimation.chains import (
    Renewal,
    Renewed,
    States,
    Toward,
    stepped,
    swept,
    target_of,
    took,
)
from negotiation.truces.estimation.inner_chains import inner_chains
from negotiation.truces.estimation.normal import Normal, fitted
from negotiation.truces.estimation.numerics import NUMERICS, SURROGATE
from negotiation.truces.estimation.surrogate import Evaluations, surrogate


def renewed(
    at: FloatArray, table: FloatArray, around: Normal, made: Renewal, rng: np.random.Generator
) -> Renewed:
    """Return new particles: chains from survivors.

    Shapes: `at` (C, d), `table` (C, T).
    """
    if made.sweeps is not None:
        return swept(at, table, around, made, made.sweeps, rng)
    return _until_settled(States(at, table, target_of(table, made.until)), around, made, rng)


def _until_settled(now: States, around: Normal, made: Renewal, rng: np.random.Generator) -> Renewed:
    """Return particles of chains whose length doubles until they have settled, from their second half."""
    moves, count, known = NUMERICS.settling_steps, len(now.at), made.known
    shares = shares_of(made.until, now.table.shape[1])
    path: list[States] = []
    taken, rounds = 0, NUMERICS.sweeps_at_first
    while True:
        toward = Toward(around)
        if now.at.shape[1] > SURROGATE.few:
            standing, known = surrogate(known, shares)
            toward = Toward(around, inner_chains(standing, now.at, around, rng))
        asked: list[States] = []
        while len(path) < rounds * len(moves):
            before = now
            now, proposed = stepped(now, moves[len(path) % len(moves)], toward, made, rng)
            path.append(now)
            asked.append(proposed)
            taken += took(before, now)
        known = _with_more(known, asked, shares)
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
        taken / (len(path) * count), float(rounds), float(settled), known,
    )  # fmt: skip


def shares_of(until: tuple[int, float], observed: int) -> FloatArray:
    """Return how much of each observation was seen.

    Returns shape (T,).
    """
    whole, share = until
    shares = np.zeros(observed)
    shares[:whole], shares[whole] = 1.0, share
    return shares


def _with_more(known: Evaluations, asked: list[States], shares: FloatArray) -> Evaluations:
    """Return what is known with what was asked, and no more than is kept."""
    at, table = (np.concatenate([getattr(one, name) for one in asked]) for name in ("at", "table"))
    return known.with_more(at, table).nearest(shares, SURROGATE.kept)


def has_settled(targets: FloatArray) -> bool:
    """Return whether chains have gone on for long enough, as by the log density of what was seen along them.

    Shapes: `targets` (S, C).
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
