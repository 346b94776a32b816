"""Tolerances and limits that several families of payoff sets share."""

from typing import NamedTuple


class Numerics(NamedTuple):
    """Tolerances and limits; lengths are relative to the size, the larger range of the stage payoffs."""

    # Perpendicular distance within which a vertex is rounding and not a corner: two units in the last place
    # of coordinates that start at zero.
    rounding: float = 4e-16

    # Length of the runs that are sorted by insertion; longer lists are sorted by merging such runs.
    few_points: int = 48

    # Number of vertices above which the distance of two bounds is found by walking along their edges.
    long_polygon: int = 512

    # Least number of points for which dropping interior points before building a hull saves time.
    thinned_from: int = 32

    # Angle (radians) within which two normals count as one: rounding moves the corner of closer ones far.
    same_direction: float = 1e-6

    # Largest denominator of the fractions that vertices are read as: its square is far from 1e16, so that
    # floats that are no such fraction rarely look like one.
    vertex_denominator: int = 10_000_000

    # Largest distance of a vertex from the exact number that it is read as. Iterations leave about 1e-12.
    rounded: float = 1e-10

    # Distance within which a vertex is read as a stage payoff: `settled` of the outer bounds.
    at_stage_payoff: float = 1e-11

    # Tolerance of the selection in floats of profiles that are then checked in fractions.
    candidate: float = 1e-9

    # Part of that tolerance that is multiplied by 1 / delta, as the rounding of a continuation is.
    candidate_per_patience: float = 1e-14

    # Largest denominator of the probabilities of a play that is evaluated in fractions.
    lottery_denominator: int = 1_000_000

    # Distance, as a share of the range, within which states of such a play are merged: a tenth of the gap at
    # which bounds meet.
    gathered: float = 1e-7

    # Most states of such a play. Elimination in fractions takes time that grows faster than their cube.
    most_exact_states: int = 24

    # Distance from an edge within which a point is written as a mixture of the edge's two ends.
    on_edge: float = 1e-14

    # Most iterations of an outer bound. Twelve digits take about 3e5 at 1 - delta = 1e-4, 3e4 at 1e-3.
    iterations: int = 200_000

    # Time after a deadline for a computation in progress to end: the larger of `grace` seconds and the share
    # `graces` of the deadline.
    grace: float = 0.4
    graces: float = 0.1

    # Most payoffs that are kept for each horizon of a finitely repeated game: a period then takes seconds.
    most_payoffs: int = 20_000

    # Longest horizon of a finitely repeated game: payoffs have at least as many digits as periods.
    most_horizon: int = 10_000

    # Players' ranges are scaled between the same two powers of two. Of the players' own exponents the nearest
    # to this one is taken: ranges of 8 to 16, where small whole numbers stay whole and vertices are short
    # fractions.
    usual_power: int = 4

    # Largest number of units in a range, and largest denominator of a discount factor, with which floats are
    # read as a game of whole numbers. Two such fractions are at least 1e-8 apart, far above rounding.
    most_plain_units: int = 10_000

    # Largest distance from zero, in ranges, of rational payoffs whose floats keep differences to 1e-13.
    near_zero: float = 2.0**10

    # Least range of payoffs; the largest is its inverse. Products of two lengths and a tolerance stay finite.
    least_range: float = 1e-120


class SimplexNumerics(NamedTuple):
    """Tolerances and limits of the dual simplex method for the linear program of a profile.

    Payoffs are scaled into [0, 1] and probabilities are at most 1, so all numbers compared are of order 1.
    """

    # Least absolute value of a pivot. A pivot of 1e-11 loses eleven digits and leaves five.
    pivot: float = 1e-11

    # Least absolute value of a pivot as a share of the largest entry of its row.
    relative_pivot: float = 1e-9

    # Violation of a constraint that counts as zero: ten times the rounding of a sum of products, 1e-14.
    violation: float = 1e-13

    # Largest violation of a constraint in the basis that is accepted: with a fresh inverse it is rounding
    # alone.
    basis_violation: float = 3e-13

    # Violation that does not prove infeasibility: a sharp corner of W magnifies the 1e-13 of the levels by up
    # to 1e3. Profiles that miss enforcement by less are kept in the outer bound, so that a constraint that
    # holds with equality is not lost.
    doubt: float = 1e-10

    # How far multipliers may fall below zero for a larger pivot (Harris 1973); `dual_bound` stays valid.
    harris: float = 1e-13

    # Largest negative part of a multiplier with which a basis is reused; it enters the bound in full.
    dual: float = 1e-9

    # Relative error of a term of the dual bound, a product of a multiplier and a level: nine units of
    # roundoff.
    term_rounding: float = 1e-15

    # Bound on the coordinates of a point of W: twice the unit cube, to be safe.
    size: float = 2.0

    # Pivots for each unknown (and one unknown more) after which the first candidate enters instead of the
    # best. Programs need far fewer unless they cycle.
    pivots: int = 60

    # Pivots after which the inverse is recomputed: each exchange adds an error of about 1e-14.
    fresh_inverse: int = 40


NUMERICS = Numerics()
SIMPLEX = SimplexNumerics()
