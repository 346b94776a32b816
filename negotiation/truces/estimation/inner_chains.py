"""Chains that leave a stand-in for the posterior as it is: their ends are proposals.

Paths of Hamiltonian dynamics that are exact for a normal distribution near the posterior, so that only what
the stand-in adds to it has to be integrated (Beskos, Pinski, Sanz-Serna and Stuart 2011). A path is taken
or not by its own energies, so that each of them leaves the stand-in as it is, and is reversible.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.linalg import solve_triangular

from negotiation.numeric import FloatArray
from negotiation.truces.estimation.normal import Normal, fitted
from negotiation.truces.estimation.numerics import SURROGATE
from negotiation.truces.estimation.surrogate import Surrogate


class Inner(NamedTuple):
    """What inner chains run on."""

    # Of the log density of what was seen.
    surrogate: Surrogate
    # Near the posterior: what the dynamics are exact for.
    around: Normal
    angle: float

    def proposed(self, at: FloatArray, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
        """Return where inner chains end, and the stand-in there less that where they began.

        Shapes: `at` (C, d); returns (C, d) and (C,).
        """
        before = self.surrogate.at(at)[0]
        now, there = at, before
        for _ in range(SURROGATE.paths):
            now, there, _ = self.path(now, rng)
        return now, np.asarray(there - before)

    def path(self, at: FloatArray, rng: np.random.Generator) -> tuple[FloatArray, FloatArray, float]:
        """Return where paths lead that leave the stand-in's posterior as it is.

        Shapes: `at` (C, d); returns (C, d) and (C,), and float.
        """
        root = self.around.root
        whitened = solve_triangular(root, (at - self.around.mean).T, lower=True).T
        speed = rng.standard_normal(at.shape)
        angle = self.angle * rng.uniform(SURROGATE.shortest, 1.0)
        turn, slip = np.cos(angle), np.sin(angle)
        first = self._pull(whitened)
        place, value, pull = whitened, *first[1:]
        energy = first[0] - 0.5 * (speed**2 + whitened**2).sum(axis=1)
        moving = speed
        for _ in range(SURROGATE.steps):
            moving = moving + 0.5 * angle * pull
            place, moving = turn * place + slip * moving, turn * moving - slip * place
            height, value, pull = self._pull(place)
            moving = moving + 0.5 * angle * pull
        odds = height - 0.5 * (moving**2 + place**2).sum(axis=1) - energy
        yes = np.log(rng.random(len(at))) < odds
        ends = np.where(yes[:, None], self.around.mean + place @ root.T, at)
        return np.asarray(ends), np.where(yes, value, first[1]), float(yes.mean())

    def _pull(self, whitened: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return what is added to the log density of the normal distribution, the stand-in, and the pull."""
        at = self.around.mean + whitened @ self.around.root.T
        value, gradient = self.surrogate.at(at)
        height = value - 0.5 * (at**2).sum(axis=1) + 0.5 * (whitened**2).sum(axis=1)
        return height, value, (gradient - at) @ self.around.root + whitened


def inner_chains(surrogate: Surrogate, at: FloatArray, around: Normal, rng: np.random.Generator) -> Inner:
    """Return inner chains whose normal distribution and step are fitted to the stand-in alone.

    Shapes: `at` (C, d).
    """
    inner = Inner(surrogate, around, SURROGATE.angle)
    now = np.concatenate([at] * max(1, SURROGATE.walkers // len(at)))
    for _ in range(SURROGATE.fits):
        path = []
        for _ in range(SURROGATE.pilot):
            now, _, taken = inner.path(now, rng)
            longer = SURROGATE.longer if taken > SURROGATE.taken else 1 / SURROGATE.longer
            inner = inner._replace(angle=min(inner.angle * longer, SURROGATE.angle))
            path.append(now)
        late = np.concatenate(path[len(path) // 2 :])
        told = len(now) * len(path) / 4
        inner = inner._replace(around=fitted(late, np.full(len(late), 1 / len(late)), told=told))
    return inner
