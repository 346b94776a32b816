"""The sizes and limits of estimation, in one place."""

from __future__ import annotations

from typing import NamedTuple


class Numerics(NamedTuple):
    """What bounds the sequential sampler, and why it is of that size."""

    renewed_below: float = 0.7
    """Share of the particles below which their effective number calls for new ones. A higher one renews more
    often, at the cost of all densities each time."""
    least_effective: float = 0.5
    """Share of the particles that what is taken in at once has to leave: Chopin's (2002) choice."""
    halvings: int = 40
    """Halvings of the share of an observation that is taken in at once: to the last digits of a float."""
    chain: int = 8
    """Particles from one survivor of a renewal: each takes the last by one Metropolis step, and all are kept
    (Dau and Chopin 2022). Longer chains mix better from fewer places."""
    step_scale: float = 2.38
    """Scale of a Metropolis step, over the root of the number of parameters, in standard deviations of the
    particles: the best one for normal posteriors (Roberts, Gelman and Gilks 1997)."""
    small_steps: tuple[float, ...] = (1.0, 0.3, 1.0, 0.1)
    """Factors of that scale in turn: short steps get through where the posterior is no ellipsoid."""
    ridge: float = 1e-10
    """Added to the variance of every parameter, so that a covariance of few particles has a root."""
    chunk: int = 16
    """Particles whose densities are asked for together: the same for any number of workers, so that the
    numbers are the same, and enough to fill two cores eight times over at 256 particles."""


NUMERICS = Numerics()
