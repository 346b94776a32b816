"""Metropolis steps of the chains by which particles are renewed.

From each survivor a chain leads on, whose target is the posterior of what was seen so far. Some steps refresh
a few parameters from the prior, so that what the record says nothing of keeps its prior, however many
parameters there are; others leave a normal distribution as it is that is fitted to the particles (Rudolf and
Sprungk 2018); most end where Hamiltonian paths on a surrogate for the density lead (Christen and Fox 2005;
Liu 2001, section 9.4.3). How long chains go on, and which states are kept: `sampler.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import FloatArray
from negotiation.truces.estimation.normal import Normal
from negotiation.truces.estimation.numerics import Move
from negotiation.truces.estimation.surrogate import Evaluations, SurrogateHMC

Densities = Callable[[FloatArray], FloatArray]


class Renewal(NamedTuple):
    """How particles are renewed."""

    # What they have seen: whole observations, and a share of the next one.
    until: tuple[int, float]
    # The model's log densities at coordinates.
    densities: Densities
    # What the model said before.
    known: Evaluations


class Toward(NamedTuple):
    """What steps lead towards, fixed while the states are kept."""

    around: Normal
    # Paths on a surrogate for the density; without them such moves are steps around the normal distribution.
    hmc: SurrogateHMC | None = None


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


def accepted(before: States, after: States) -> int:
    """Return how many chains accepted a step."""
    return int((before.at != after.at).any(axis=1).sum())


def stepped(
    now: States, move: Move, toward: Toward, made: Renewal, rng: np.random.Generator
) -> tuple[States, States]:
    """Return the chains after one Metropolis step each, and what was proposed to them."""
    kind, width = move
    proposal, odds = _proposed(now.at, kind, width, toward, rng)
    there = made.densities(proposal)
    aim = target_of(there, made.until)
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
    """Return proposals, and what is added to the gain in log density to decide on them."""
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
    """Return the log density of the prior less that of what a step leaves as it is, up to a constant."""
    return np.asarray(-0.5 * (at**2).sum(axis=1) - around.log_density(at))
