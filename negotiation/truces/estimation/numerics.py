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
    (Dau and Chopin 2022). With four, variances of a known posterior came out 5 to 14 percent too small."""
    steps: tuple[tuple[bool, float], ...] = (
        (False, 0.9), (True, 0.5), (False, 0.5), (True, 0.2), (False, 0.9), (True, 0.5), (False, 0.5),
    )  # fmt: skip
    """Steps of a chain in turn. With True, the share of the parameters drawn anew from the prior; else how
    wide a step around the fit is: wide ones mix at once where the posterior is nearly normal, short ones get
    on where it is not."""
    settling_steps: tuple[tuple[bool, float], ...] = (
        (False, 0.9), (True, 0.2), (False, 0.5), (False, 0.9), (False, 0.5), (True, 0.2), (False, 0.5),
    )  # fmt: skip
    """Steps of a chain that goes on until it has settled, one sweep of them. Drawing half of the parameters
    anew is left out: with 31 parameters one such step in 28 was taken."""
    sweeps_at_first: int = 2
    """Sweeps before chains are asked for the first time whether they have settled: there is a quarter to drop
    and a quarter to compare with."""
    most_sweeps: int = 64
    """Sweeps at which chains end even if they have not settled, which the posterior then says: 448 steps."""
    rise: float = 0.25
    """Nats by which the mean log density may still rise from the second quarter of chains to their second
    half: half of what particles may lag."""
    correlated: float = 0.1
    """Correlation of log densities a quarter of a chain apart at which it has settled. Were correlations to
    fall geometrically, what is left after the half that is dropped would be the square of it, 0.01. With 0.2
    a normal model with 31 parameters lagged by 0.7 nats, with 0.1 by 0.2."""
    lag: float = 0.5
    """Nats of lag above which a posterior says that its particles may lag: a factor of 1.6 in the density of
    what was seen."""
    chunk: int = 16
    """Particles whose densities are asked for together: the same for any number of workers, so that the
    numbers are the same, and enough to fill two cores eight times over at 256 particles."""
    inside: float = 1e-9
    """Shares of a range nearer to its ends than this are taken as this, six standard deviations off: a draw
    that rounding put on an end has a coordinate all the same."""
    kept_block: int = 30 * 2**20
    """Bytes of a block that is taken and freed so that the C library keeps as much: below the 32 MB above
    which glibc does not learn from it, and more than the arrays of a core game take together."""


NUMERICS = Numerics()
