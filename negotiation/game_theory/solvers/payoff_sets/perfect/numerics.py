"""Tolerances and limits of payoff sets under perfect monitoring."""

from typing import NamedTuple


class Numerics(NamedTuple):
    """Tolerances and limits; lengths are relative to the size, the larger range of the stage payoffs."""

    # Outer bounds.
    # Change of a set at which its iteration stops: what rounding leaves of a step is some 1e-15.
    iterated: float = 1e-12

    # Change at which the outer bound counts as settled, where the iteration stopped at its limit.
    settled: float = 1e-11

    # Rounding of a point on an edge; payoffs start at zero.
    rounding: float = 1e-15

    # Relaxation of the constraints that covers what rounding does to them, and no more.
    resolved: float = 2e-15

    # Distance from the line of its neighbours within which a vertex is no corner of the result.
    collinear: float = 1e-11

    # Every so many iterations the change is measured as a distance of sets, and not vertex by vertex.
    measured_every: int = 64

    # Most buckets of equal width along a chain, for looking up heights.
    buckets: int = 128

    # Span of a chain below which it has no width to divide into buckets.
    shortest: float = 1e-300

    # Inner bounds, a common discount factor.
    # Share of the room kappa by which the smaller set is drawn in; the rest is slack in the constraints.
    shrunk: float = 0.9

    # The rooms kappa, in turn: from what rounding needs to what a set that is nearly flat does.
    less_patience: tuple[float, ...] = (1e-9, 1e-9 * 1e2, 1e-9 * 1e4, 1e-9 * 1e6)

    # The room where the bounds do not meet with those: a constraint may be met by less. Ten times a knife
    # edge, and far above rounding.
    least_less_patience: tuple[float, ...] = (1e-11,)

    # Change at which the smaller set has settled: well below the least room, 1e-9, times 1 - delta.
    inner_iterated: float = 1e-14

    # Distance from its neighbours' line within which a vertex of the smaller set is dropped before it is
    # shrunk.
    aligned: float = 1e-14

    # Distance from a corner within which what a profile generates may be the corner.
    near_corner: float = 1e-8

    # Distance from its line within which a point is on a segment: a set without interior has no inside.
    on_segment: float = 1e-13

    # Distance from a stage payoff within which a set of one point is that stage equilibrium.
    stage_payoff: float = 1e-12

    # What is played at the corners (`extreme_play.py`).
    # Distance, relative to a player's range, within which a corner is a stage payoff, a constraint binds or a
    # continuation is on an edge: settled sets are off by 1e-13 over 1 - delta, and a threshold's margins 1e-7
    # above it are some 1e-8.
    read: float = 1e-10

    # Where the bounds do not meet.
    # Gap between the bounds above which they do not meet: more is tried, and the set may jump.
    meet: float = 1e-6

    # Up to so many vertices a set has no interior.
    flat: int = 2

    # Width of a set, relative to the ranges, up to which it may be that width and no jump that keeps the
    # bounds apart: the gap at which they meet.
    thin: float = 1e-6

    # Least common multiple of 1 to 12: vertices of games with short numbers are multiples of its inverse.
    common_denominator: int = 27_720

    # The whole operator and fixed directions, unlike discount factors.
    # Normals of the outer bound unless others are given.
    directions: int = 128

    # Points after which those collected so far are replaced by their hull.
    points_at_once: int = 4096

    # Vertices above which an iterate is coarsened, more and more until it has no more than these.
    most_vertices: int = 256

    # Distance by which every iterate may be coarsened: that of rounding.
    merged: float = 1e-14

    # Change, in distances within which edges were merged, that merging alone may keep up; also the factor by
    # which that distance grows where merging drops too few vertices.
    still_moves: float = 4.0

    # Share of the vertices below which a round of merging leaves few enough to repeat it as it is.
    drops_enough: float = 0.8

    # Change below which the inner iteration does nothing but round.
    rounding_moves: float = 4e-15

    # By how much incentive constraints are tightened for the inner bound, in turn.
    tightened: tuple[float, ...] = (1e-9, 1e-7, 1e-5, 1e-3)

    # The same where the bounds do not meet with those: a constraint may be met by less. Ten times a knife
    # edge, and far above rounding.
    least_tightened: float = 1e-11

    # Share of what was tightened, times 1 - delta, by which continuations are drawn to the mean of the
    # states.
    pulled: float = 0.125

    # Share of that pull below which the change of the inner iteration is harmless.
    settled_share: float = 0.1

    # Steps of the inner iteration apart from those that patience asks for.
    first_steps: int = 100

    # Effective horizons -1 / log(delta) of the inner iteration: exp(-80) is far below rounding.
    horizons: float = 80.0

    # Decimals to which corners are compared to find the least one, from which they are numbered.
    same_corner: int = 10

    # Gap up to which an exact inner bound is taken for the outer one too.
    exact_met: float = 1e-10


class ProgramNumerics(NamedTuple):
    """Tolerances and limits of `bounded_payoffs.py`; lengths are relative to the size."""

    # Change of the outer bound at which it has settled: far above what programs are solved to, 1e-13.
    iterated: float = 1e-9

    # Relaxation of constraints and levels of the outer bound, so that one that is just met is not lost.
    relaxed: float = 1e-8

    # Largest price of a player's payoff in a mixture: what would need more is given up, and the inner bound
    # is smaller for it. More would cost the other numbers of the program as many digits.
    price: float = 1e3

    # Shortfall of a mixture from what is asked for that is none: a thousandth of the least `tightened`.
    shortfall: float = 1e-9

    # By how much incentive constraints are tightened for the inner bound, in turn.
    tightened: tuple[float, ...] = (1e-6, 1e-4, 1e-2)

    # Tilt of the inner bound's directions, so that no program is likely to have several solutions.
    tilt: float = 1e-5

    # Share of what was tightened, times 1 - delta, by which continuations are drawn to the mean of the
    # states.
    pulled: float = 0.125

    # Share of that pull below which the change of the inner iteration is harmless.
    settled_share: float = 0.1

    # Steps of the inner iteration apart from those that patience asks for.
    first_steps: int = 20

    # Effective horizons -1 / log(delta) of the inner iteration: exp(-20) is 2e-9.
    horizons: float = 20.0

    # By how much a profile has to reach farther than another to be taken in its place.
    farther: float = 1e-12

    # Decimals to which payoffs of two states with one profile agree that are one.
    same_state: int = 9

    # Gap at which stage equilibria alone are taken for the whole set.
    meet: float = 1e-5

    # Most steps of the outer bound; one costs directions times profiles programs.
    iterations: int = 2_000


class OrbitNumerics(NamedTuple):
    """Tolerances and limits of policy iteration; lengths are relative to the size unless stated otherwise."""

    # Room for rounding in every inequality of a certificate: a few sums of products of order 1.
    rounding: float = 4e-15

    # Share, times 1 - delta of the more patient, by which continuations are drawn in for the inner bound and
    # pushed out for the outer one: what it leaves between the bounds is of the order of this.
    pulled: float = 1e-8

    # Constraints are moved by so many times what continuations are: more than threats move by it.
    shifted: float = 2.0

    # Share of that pull by which the vertices of the inner bound are drawn in.
    drawn: float = 0.25

    # Share of the room that pulling gives within which vertices are left out.
    thinned: float = 0.25

    # Height at which the chains are ended where the policy is looked for and not yet the bounds.
    first_tail: float = 1e-4

    # Share of that room within which the infinite chains are ended.
    tail: float = 0.125

    # Radius, relative to the size, of a circle in the set below which it counts as flat: pulling gives no
    # room that rounding would leave.
    least_radius: float = 1e-6

    # Vertices at which a sweep gives up: 8 MB, and 1 - delta near 1e-4.
    most_vertices: int = 100_000

    # Most steps of policy iteration; a game that settles needs about five.
    steps: int = 60

    # Distance within which two vertices are one: what rounding does to a coordinate, ten times.
    near: float = 1e-14

    # Movement of the cuts, in tails, at which a policy has settled: well within what pulling gives.
    still: float = 0.5

    # The same where the policy is looked for and not yet the bounds.
    first_still: float = 0.01

    # Steps without a linear system: the first sets have other vertices than the last.
    plain_steps: int = 3

    # Most steps of the policy iteration that looks for what shrinks.
    growth_steps: int = 30

    # Largest share of itself that it may be turned into, to be called shrinking: far from rounding, and near
    # 1 since 1 less it is of the order of 1 - delta divided by what a game multiplies it by.
    shrinks: float = 1.0 - 1e-7

    # Slack up to which a bound counts as binding where a shrinking x is sought: above what pulling gives.
    tight: float = 1e-7

    # Share of the range of one bound within which the other has to hold: near 1, and far from rounding.
    overlap: float = 1.0 - 1e-4

    # Pivot below which the linear system of the cuts, whose entries are of order 1, has no solution.
    singular: float = 1e-12


NUMERICS = Numerics()
ORBITS = OrbitNumerics()
PROGRAMS = ProgramNumerics()
