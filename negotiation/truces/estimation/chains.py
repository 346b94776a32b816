"""Chains of Metropolis steps by which particles are renewed, and their steps.

From each survivor a chain leads on, whose target is the posterior of what was seen so far. Some steps draw a
few parameters anew from the prior, so that what the record says nothing of keeps its prior, however many
parameters there are; others leave a normal distribution as it is that is fitted to the particles (Rudolf and
Sprungk 2018). With a given number of sweeps every state is a particle (waste-free: Dau and Chopin 2022), the
survivors among them. Without one, chains go on until they have settled (`settling.py`), and most steps end
where an inner chain on a stand-in for the density leads (Christen and Fox 2005; Liu 2001, section 9.4.3).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from negotiation.numeric import FloatArray
from negotiation.truces.estimation.inner_chains import Inner
from negotiation.truces.estimation.normal import Normal
from negotiation.truces.estimation.numerics import NUMERICS, Move
from negotiation.truces.estimation.surrogate import Evaluations

Densities = Callable[[FloatArray], FloatArray]


class Renewal(NamedTuple):
    """How particles are renewed."""

    # What they have seen: whole observations, and a share of the next one.
    until: tuple[int, float]
    # Metropolis steps from one particle of a chain to the next; None for as many as it takes.
    sweeps: int | None
    # The model's log densities at coordinates.
    densities: Densities
    # What the model said before; not read if sweeps are given.
    known: Evaluations


class Renewed(NamedTuple):
    """New particles of equal weight."""

    # (P, d): standard normal under the priors.
    coordinates: FloatArray
    # (P, T): log densities of all observations.
    densities: FloatArray
    accepted: float
    # Passes over the steps of a chain that it took.
    sweeps: float
    # 1 if the chains settled, 0 if the limit was reached before; NaN if sweeps were given.
    settled: float
    # What the model said so far; as it was if sweeps were given.
    known: Evaluations


class Toward(NamedTuple):
    """What steps lead towards, fixed while the states are kept."""

    around: Normal
    # Chains on a stand-in for the density; needed for moves of that kind.
    inner: Inner | None = None


class States(NamedTuple):
    """Where the chains stand."""

    # (C, d): coordinates.
    at: FloatArray
    # (C, T): log densities of all observations there.
    table: FloatArray
    # (C,): log density of what was seen so far.
    target: FloatArray


def target_of(table: FloatArray, until: tuple[int, float]) -> FloatArray:
    """Return the log density of what was seen so far.

    Shapes: `table` (P, T); returns (P,).
    """
    whole, share = until
    return np.asarray(table[:, :whole].sum(axis=1) + share * table[:, whole])


def swept(
    at: FloatArray, table: FloatArray, around: Normal, made: Renewal, sweeps: int, rng: np.random.Generator
) -> Renewed:
    """Return new particles: all states of chains from survivors.

    Shapes: `at` (C, d), `table` (C, T).
    """
    now = States(at, table, target_of(table, made.until))
    chains, tables, taken = [at], [table], 0
    steps = (NUMERICS.chain - 1) * sweeps
    for k in range(steps):
        before = now
        now, _ = stepped(now, NUMERICS.steps[k % len(NUMERICS.steps)], Toward(around), made, rng)
        taken += took(before, now)
        if (k + 1) % sweeps == 0:
            chains.append(now.at)
            tables.append(now.table)
    return Renewed(
        np.concatenate(chains), np.concatenate(tables), taken / (steps * len(at)), float(sweeps),
        float("nan"), made.known,
    )  # fmt: skip


def took(before: States, after: States) -> int:
    """Return how many chains took a step."""
    return int((before.at != after.at).any(axis=1).sum())


def stepped(
    now: States, move: Move, toward: Toward, made: Renewal, rng: np.random.Generator
) -> tuple[States, States]:
    """Return the chains after one Metropolis step each, and what was proposed to them."""
    kind, width = move
    proposal, odds = _proposed(now.at, kind, width, toward, rng)
    there = made.densities(proposal)
    aim = target_of(there, made.until)
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
    """Return proposals, and what is added to the gain in log density to decide on them."""
    if kind == "anew":  # it leaves the prior as it is
        return np.where(rng.random(at.shape) < width, rng.standard_normal(at.shape), at), 0.0
    if kind == "inner" and toward.inner is not None:  # it leaves the prior times the stand-in as it is
        proposal, gained = toward.inner.proposed(at, rng)
        return proposal, -gained
    proposal = toward.around.step(at, width, rng)
    return proposal, _beyond(proposal, toward.around) - _beyond(at, toward.around)


def _beyond(at: FloatArray, around: Normal) -> FloatArray:
    """Return the log density of the prior less that of what a step leaves as it is, up to a constant."""
    return np.asarray(-0.5 * (at**2).sum(axis=1) - around.log_density(at))
