"""Hamiltonian paths on a surrogate for the posterior, whose ends are proposals.

The dynamics are exact for a normal distribution near the posterior, so that only what the surrogate adds to
it has to be integrated (Beskos, Pinski, Sanz-Serna and Stuart 2011). A path is accepted or not by its own
energies, so that each of them leaves the surrogate as it is, and is reversible.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.linalg import solve_triangular

from negotiation.base.numeric import FloatArray
from negotiation.truces.estimation.normal import Normal, fitted
from negotiation.truces.estimation.numerics import SURROGATE
from negotiation.truces.estimation.surrogate import Surrogate


class SurrogateHMC(NamedTuple):
    """What paths run on."""

    # Of the log density of what was seen.
    surrogate: Surrogate
    # Near the posterior: what the dynamics are exact for.
    around: Normal
    # Longest step, as an angle of the rotation.
    angle: float

    def proposed(self, at: FloatArray, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
        """Return where some paths in a row end, and the surrogate there less that where they began.

        Shapes: `at` (C, d); returns (C, d) and (C,).
        """
        before = self.surrogate.at(at)[0]
        now, there = at, before
        # Each path is reversible and of one law, so that their composition is reversible too: whoever decides
        # on its end needs the surrogate at both ends alone, and nothing of the way.
        for _ in range(SURROGATE.paths):
            now, there, _ = self.path(now, rng)
        return now, np.asarray(there - before)

    def path(self, at: FloatArray, rng: np.random.Generator) -> tuple[FloatArray, FloatArray, float]:
        """Return where paths lead, the surrogate there, and the share of paths that was accepted.

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
        """Return what is added to the log density of the normal distribution, the surrogate, and the pull."""
        at = self.around.mean + whitened @ self.around.root.T
        value, gradient = self.surrogate.at(at)
        # h(z) = s(x) - |x|^2 / 2 + |z|^2 / 2: the surrogate s, the standard normal prior, less the normal.
        height = value - 0.5 * (at**2).sum(axis=1) + 0.5 * (whitened**2).sum(axis=1)
        return height, value, (gradient - at) @ self.around.root + whitened  # by the chain rule, dx / dz = L


def tuned_hmc(surrogate: Surrogate, at: FloatArray, around: Normal, rng: np.random.Generator) -> SurrogateHMC:
    """Return paths whose normal distribution and step are fitted to the surrogate alone.

    Shapes: `at` (C, d).
    """
    # The model is not asked here: pilot paths cost the surrogate only. They start at the chains' states, but
    # what they find goes into the proposal alone, which is fixed before the chains take a step with it.
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
