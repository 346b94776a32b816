"""The numbers that bound the search for a critical discount factor: widths, limits and tolerances.

Every field is a float, a whole number or a tuple of these, so that compiled code can read them as constants.
"""

from __future__ import annotations

from typing import NamedTuple

_TENTHS = tuple(10.0**k for k in range(-9, 0))
_GRID = (1e-9, 1e-6, 1e-4, 1e-3, 0.01, *(k / 32 for k in range(1, 32)), 0.985, 0.995, 0.999)


class Numerics(NamedTuple):
    """Limits of the solvers of thresholds; distances are in units of the discount factor unless noted.

    Examples
    --------
    >>> NUMERICS.bracket_width < NUMERICS.closed_form_reach < NUMERICS.closed_bracket
    True
    """

    # The largest discount factor that is tried. One period then has a weight of 1/8192, and the iterations of
    # a payoff set grow with the inverse of that weight.
    largest_discount_factor: float = 1.0 - 2.0**-13

    # Width of a bracket at which bisection ends, 2.3e-13. Outer bounds are relaxed by a knife edge of 1e-12,
    # so further bisection has no effect. It is a power of two, so that the middle of a bracket is exact.
    bracket_width: float = 2.0**-42

    # A bracket up to this wide is `complete`: there is room for the slack of a certificate.
    closed_bracket: float = 1e-6

    # How far outside a bracket in floats the exact number may be. Outer bounds have an error of some 1e-14 of
    # the range, and a threshold has this error divided by a margin's slope in x, for slopes down to 1/10,000.
    closed_form_reach: float = 1e-10

    # Widths of the brackets in which play is read, in turn. The first, 1.5e-5, costs the fewest outer bounds.
    # The others are for profiles whose supporting play changes close above the threshold. Play is read half a
    # width above a bracket, at least 3e-8. Margins that vanish at the threshold are then more than 1e-10, the
    # least that can be read, unless their slope is less than 1/300.
    reading_widths: tuple[float, ...] = (2.0**-16, 2.0**-20, 2.0**-24)

    # How far above a worst payoff a promise is, as a share of the range, in widths of the bracket; a promise
    # is also a multiple of this distance. That is ten times the change of a worst payoff with slope 1 between
    # the threshold and the point where play is read. A power of two makes a promise a short fraction.
    promised: float = 16.0

    # How far below a closed form the exclusion of the profile is tested, in turn: 9e-13 or 6e-11.
    beside_threshold: tuple[float, ...] = (2.0**-40, 2.0**-34)

    # Shortfall of the target's own constraint, as a share of the range, that may be rounding.
    rounded_margin: float = 1e-14

    # Width of the bracket above which a certificate is searched for if there is no closed form, 2.3e-10: a
    # quarter of the least distance that is tried.
    certified_width: float = 2.0**-32

    # How far above a bracket a certificate from the inner bound is tried, in turn. Inner bounds need a
    # distance of at least 1e-9.
    certificate_steps: tuple[float, ...] = _TENTHS

    # Whole numbers of more bits are divided by a power of two, so that floats hold them.
    largest_whole_bits: int = 256

    # Automata with up to this many states are checked in rational numbers if the payoff set is not proven.
    most_verified_states: int = 30

    # Margins up to this, relative to the payoff range, bind in the certificate at a threshold.
    binding_at_threshold: float = 1e-6

    # Most pairs of memory and state in exact arithmetic. A game in which all moves are possible, with floats
    # for chances, takes ten seconds at this size; time grows with its fourth power.
    most_pairs: int = 40

    # Issues whose subsets are all tried for a link that holds itself up: 65,535 sets.
    most_issues: int = 16

    # How far below a threshold, or below 1, the failing constraint is searched for. A larger step might pass
    # a neighbouring threshold. A power of two makes it a short fraction.
    beside: float = 2.0**-40

    # Number of equal parts of (0, 1). Polynomials are compared at the points between them before they are
    # compared exactly on all of (0, 1). Any number works; more points save more exact comparisons.
    compared_at: int = 8

    # Discount factors tried for a policy. A policy that holds at the first is reported to hold from 0 on.
    policy_grid: tuple[float, ...] = _GRID

    # Width at which bisection of a change on the grid ends: payoff sets by state have the same knife edge.
    policy_width: float = 1e-12

    # How far above a policy's threshold the inner bounds are computed that certify its punishments. At the
    # threshold itself they cannot.
    policy_inside: float = 1e-6

    # Iterations of one compiled payoff set; at the limit its outer bound is still valid.
    most_iterations: int = 200_000

    # Change of a set, relative to the payoffs' size, at which its compiled iteration stops.
    settled: float = 1e-12

    # Relaxation of the compiled constraints, including the profile's own, relative to the payoffs' size: a
    # knife edge.
    relaxed: float = 1e-12

    # Rounding of a point on an edge, relative to the payoffs' size; payoffs start at zero.
    rounding: float = 1e-15

    # Number of iterations between two measurements of the change as a distance of sets. In between it is
    # measured vertex by vertex.
    measured_every: int = 64

    # Shares of the way from the lower bound to 1 that are tried first. Thresholds are usually near the lower
    # bound, and the cost of a payoff set grows as 1 / (1 - delta).
    first_guesses: tuple[float, ...] = (0.0, 0.0625, 0.125, 0.25, 0.5, 0.75, 0.875, 1.0)

    # Stands for a discount factor where there is none; any number above 1 would do.
    no_threshold: float = 2.0


NUMERICS = Numerics()
