"""The sizes and limits of estimation, in one place."""

from __future__ import annotations

from typing import NamedTuple

# Kind of a Metropolis step, "refresh", "around" or "surrogate", and its width.
Move = tuple[str, float]


class Numerics(NamedTuple):
    """Limits of the sequential sampler, and the reasons for their sizes."""

    # Share of the particles below which their effective number calls for new ones. A higher one renews more
    # often, at the cost of all densities each time.
    renewed_below: float = 0.7
    # Share of the particles that what is taken in at once has to leave: Chopin's (2002) choice.
    least_effective: float = 0.5
    # Halvings of the share of an observation that is taken in at once: to the last digits of a float.
    halvings: int = 40
    # Particles from one survivor of a renewal, states of one chain (Dau and Chopin 2022). With four,
    # variances of a known posterior came out 5 to 14 percent too small.
    chain: int = 8
    # Steps of a chain in turn, one sweep of them. "surrogate" ones end where Hamiltonian paths on the
    # surrogate lead, and are steps around the fit of that width where there is none: wide ones mix at once
    # where the posterior is nearly normal, short ones get on where it is not. The others stay, so that
    # nothing rests on the surrogate alone: with "refresh" the width is the share of the parameters drawn from
    # the prior. Refreshing half of the parameters is left out: with 31 parameters one such step in 28 was
    # accepted.
    steps: tuple[Move, ...] = (
        ("surrogate", 0.9), ("refresh", 0.2), ("surrogate", 0.5), ("surrogate", 0.9), ("around", 0.5),
        ("refresh", 0.2), ("surrogate", 0.5),
    )  # fmt: skip
    # Days on which a move that is known to a month is put in turn.
    days_of_a_month: int = 5
    # Tails of the distribution of a spell's factor that are left out, and points between, even in logarithms.
    tails_of_a_factor: tuple[float, float] = (1e-5, 1.0 - 1e-6)
    factors_of_a_spell: int = 20
    # Sweeps before convergence of the chains is checked for the first time: there is a quarter to drop and a
    # quarter to compare with.
    sweeps_at_first: int = 2
    # Sweeps at which chains end even without convergence, which the posterior then reports: 448 steps.
    most_sweeps: int = 64
    # Nats by which the mean log density may still rise from the second quarter of chains to their second
    # half: half of what particles may lag.
    rise: float = 0.25
    # Correlation of log densities a quarter of a chain apart at which it has converged. Were correlations to
    # fall geometrically, what is left after the half that is dropped would be the square of it, 0.01. With
    # 0.2 a normal model with 31 parameters lagged by 0.7 nats, with 0.1 by 0.2.
    correlated: float = 0.1
    # Nats of lag above which a posterior says that its particles may lag: a factor of 1.6 in the density of
    # what was seen.
    lag: float = 0.5
    # Particles whose densities are computed together: the same for any number of workers, so that the
    # numbers are the same, and enough to fill two cores eight times over at 256 particles.
    chunk: int = 16
    # Shares of a range nearer to its ends than this are taken as this, six standard deviations off: a draw
    # that rounding put on an end has a coordinate all the same.
    inside: float = 1e-9
    # Bytes of a block that is taken and freed so that the C library keeps as much: below the 32 MB above
    # which glibc does not learn from it, and more than the arrays of a core game take together.
    kept_block: int = 30 * 2**20
    # Bytes of kept particles, unpacked: those of 100,000 particles of 100 parameters are 80 MB.
    most_kept_bytes: int = 2**28


NUMERICS = Numerics()


class SurrogateNumerics(NamedTuple):
    """Limits of the surrogate for the density, and the reasons for their sizes."""

    # Parameters up to which there is none: a normal distribution that is fitted to the particles is near
    # enough there, and costs nothing.
    few: int = 8
    # Evaluations that an island keeps.
    kept: int = 2000
    # Evaluations that a fit reads at most: the cost of a fit grows with their cube.
    fitted_to: int = 400
    # Evaluations that a fit reads with no parameter.
    fitted_to_at_least: int = 40
    # Evaluations more with each parameter: few parameters need few.
    fitted_to_each: int = 12
    # Nats below the best at which an evaluation counts with twice the noise.
    near: float = 8.0
    # Nats below the best at which an evaluation is taken to be, if it is lower or impossible.
    floor: float = 300.0
    # Largest noise of an evaluation, as a multiple of that of the best.
    noisiest: float = 100.0
    # Fits by which the directions of an observation are learned at first.
    rounds: int = 3
    # Share of the metric that stays even, so that no direction is forgotten.
    even: float = 0.05
    # Directions along which bumps are fitted.
    directions: int = 10
    # Prior variance of the quadratic part, in units of the column's variance: it is left free.
    quadratic: float = 100.0
    # Prior variance of the bumps, in the same units.
    bumps: float = 10.0
    # Widths of bumps among which left-out evaluations decide.
    widths: tuple[float, ...] = (0.5, 1.0)
    # Levels of noise among which they decide.
    noises: tuple[float, ...] = (0.02, 0.2)
    # Paths in a row before their end is proposed.
    paths: int = 6
    # Steps of a path.
    steps: int = 4
    # Longest step: four of them take a normal distribution from a draw to one nearly independent of it.
    angle: float = 0.6
    # Shortest step as a share of the longest, so that no path comes back to where it began.
    shortest: float = 0.5
    # Rows of pilot paths to which the normal distribution and the step are fitted.
    walkers: int = 32
    # Times that they are fitted, each by what the last one found.
    fits: int = 2
    # Paths of each of these fits.
    pilot: int = 10
    # Factor by which the step grows while more paths than that are accepted, and shrinks while fewer are.
    longer: float = 1.2
    # Share of paths to be accepted.
    accepted: float = 0.8
    # Nats of spread below which an observation is uninformative.
    flat: float = 1e-9


SURROGATE = SurrogateNumerics()
