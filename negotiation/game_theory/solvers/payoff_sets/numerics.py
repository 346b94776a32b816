"""The numbers that families of payoff sets share: of polygons, directions, certificates in fractions."""

from typing import NamedTuple


class Numerics(NamedTuple):
    """Bounds and limits; lengths are relative to the size, the diameter of the feasible set."""

    # Perpendicular distance within which a vertex is rounding and not a corner: two units in the last place
    # of coordinates that start at zero.
    rounding: float = 4e-16

    # Points that are sorted by insertion; the runs of more are merged.
    few_points: int = 48

    # Vertices from which on the distance of two bounds is found by walking: all pairs take milliseconds.
    long_polygon: int = 512

    # From so many points on it pays to drop those well inside before a hull is built.
    thinned_from: int = 32

    # Angle within which two normals count as one: nearer ones meet in corners that rounding moves far.
    same_direction: float = 1e-6

    # Largest denominator of the fractions that vertices are read as: its square is far from 1e16, so that
    # floats that are no such fraction rarely look like one.
    vertex_denominator: int = 10_000_000

    # How far a vertex may be from the exact number that it is taken for; what iteration leaves is 1e-12.
    rounded: float = 1e-10

    # Distance from a stage payoff within which a vertex is taken for it: `settled` of the outer bounds.
    at_stage_payoff: float = 1e-11

    # Room within which profiles are tried in fractions: a selection in floats, not a decision.
    candidate: float = 1e-9

    # The same for each unit of 1 / delta, by which rounding of a continuation grows.
    candidate_per_patience: float = 1e-14

    # Largest denominator of the probabilities of a play that is evaluated in fractions.
    lottery_denominator: int = 1_000_000

    # Distance, as a share of the range, within which states of such a play are one: a tenth of the gap at
    # which bounds meet.
    gathered: float = 1e-7

    # Most states of such a play: elimination in fractions grows as their cube and the digits with them.
    most_exact_states: int = 24

    # Distance from an edge within which a point is written as a mixture of its two ends alone.
    on_edge: float = 1e-14

    # Most iterations of an outer bound; 1 - delta = 1e-4 needs about 3e5 to gain twelve digits, 1e-3 a tenth.
    iterations: int = 200_000

    # Seconds after a deadline, or the share of it if that is more, in which what was begun may end.
    grace: float = 0.4
    graces: float = 0.1

    # Most payoffs that are kept for a horizon of a finitely repeated game: seconds a period.
    most_payoffs: int = 20_000

    # Longest horizon of a finitely repeated game: its numbers have as many digits as periods and more.
    most_horizon: int = 10_000

    # Players' ranges are brought between the same powers of two, of those of the players the nearest to this
    # one: 8 to 16, where tables of small whole numbers stay whole and vertices short fractions.
    usual_power: int = 4

    # Units of the range, and denominators of discount factors, up to which floats mean a game of small whole
    # numbers: two such fractions are 1e-8 apart, which no rounding of floats bridges.
    most_plain_units: int = 10_000

    # How many ranges from zero rational payoffs may be for their floats to carry differences to 1e-13.
    near_zero: float = 2.0**10

    # Least range of payoffs, its inverse the largest: products of two lengths and a tolerance stay in floats.
    least_range: float = 1e-120


class SimplexNumerics(NamedTuple):
    """Tolerances and limits of the dual simplex method for the linear program of a profile.

    Payoffs are scaled into [0, 1] and probabilities are at most 1, so everything compared is of order 1.
    """

    # Entry that no elimination and no exchange divides by: 1e-11 loses eleven digits and leaves five.
    pivot: float = 1e-11

    # The same in terms of the largest entry of the pivot row.
    relative_pivot: float = 1e-9

    # Violation of a constraint that is none: ten times what a sum of products errs by, 1e-14.
    violation: float = 1e-13

    # Violation of a constraint of the basis itself that may be left: with a fresh inverse it is rounding
    # alone.
    basis_violation: float = 3e-13

    # Violation that proves nothing: a sharp corner of W magnifies the 1e-13 of the levels by up to 1e3.
    # Profiles that miss enforcement by less are kept in the outer bound, so that a constraint just met is not
    # lost.
    doubt: float = 1e-10

    # How far multipliers may fall below zero for a larger pivot (Harris 1973); `dual_bound` stays valid.
    harris: float = 1e-13

    # Shortfall of a multiplier below which a basis is taken up again: more would cost its bound that much.
    dual: float = 1e-9

    # Relative error of a term of the dual bound, a product of a multiplier and a level: nine units of
    # roundoff.
    term_rounding: float = 1e-15

    # Largest coordinate of a point of W: that of the unit cube, and as much again to be safe.
    size: float = 2.0

    # Pivots for each unknown, and as many more, after which the first candidate enters and not the best: far
    # more than programs need, so that what goes on for longer is going in a circle.
    pivots: int = 60

    # Pivots after which the inverse is computed afresh: each exchange adds some 1e-14 to it.
    fresh_inverse: int = 40


NUMERICS = Numerics()
SIMPLEX = SimplexNumerics()
