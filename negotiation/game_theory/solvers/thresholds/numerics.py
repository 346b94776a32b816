"""The numbers that bound the search for a critical discount factor: widths, limits, what counts as small.

Every field is a float, a whole number or a tuple of these, so that compiled code may read them as constants.
"""

from __future__ import annotations

from typing import NamedTuple

_TENTHS = tuple(10.0**k for k in range(-9, 0))
_GRID = (1e-9, 1e-6, 1e-4, 1e-3, 0.01, *(k / 32 for k in range(1, 32)), 0.985, 0.995, 0.999)


class Numerics(NamedTuple):
    """Limits of each part of the family; all distances are in units of the discount factor.

    Examples
    --------
    >>> NUMERICS.bracket_width < NUMERICS.closed_form_reach < NUMERICS.closed_bracket
    True
    """

    # The largest that is tried where nothing rules a profile out: one period then weighs 1 in 8192, and the
    # iterations of a payoff set grow with that number.
    largest_discount_factor: float = 1.0 - 2.0**-13

    # Bisection of a profile's threshold ends here, 2.3e-13: outer bounds are relaxed by a knife edge of
    # 1e-12, so that halving further tells nothing. A binary number: the middle of a bracket is exact.
    bracket_width: float = 2.0**-42

    # A bracket up to this wide is `complete`: there is room for the slack of a certificate.
    closed_bracket: float = 1e-6

    # How far outside a bracket in floats the exact number may be: outer bounds err by some 1e-14 of the
    # range, a threshold by that over a margin's slope in x, which is 1/10,000 at the least that is allowed
    # for.
    closed_form_reach: float = 1e-10

    # Widths of the brackets in which play is read, in turn: 1.5e-5 first, which costs the fewest outer
    # bounds; then narrower ones, where the play that holds a profile up changes close above its threshold.
    # Play is read half a width above a bracket, 3e-8 at the least: margins that vanish at the threshold are
    # then more than 1e-10, which is what can be read, unless their slope is less than 1/300.
    reading_widths: tuple[float, ...] = (2.0**-16, 2.0**-20, 2.0**-24)

    # How far above a worst payoff a promise is, in widths of the bracket and shares of the range, and the
    # unit that it is a multiple of: ten times what the worst payoff moves, at a slope of 1, from the
    # threshold to where it is read. A power of two as the widths are: a promise is a short fraction.
    promised: float = 16.0

    # How far below a closed form it is asked, in turn, whether the profile is excluded: 9e-13 or 6e-11.
    beside_threshold: tuple[float, ...] = (2.0**-40, 2.0**-34)

    # Shortfall of the target's own constraint, as a share of the range, that may be rounding.
    rounded_margin: float = 1e-14

    # Width of a bracket, 2.3e-10, above which a certificate is looked for where there is no closed form: a
    # quarter of the nearest distance that is tried.
    certified_width: float = 2.0**-32

    # How far above a bracket a certificate from the inner bound is tried, in turn: the least room of inner
    # bounds is 1e-9.
    certificate_steps: tuple[float, ...] = _TENTHS

    # Whole numbers of more bits are divided by a power of two, so that floats hold them.
    largest_whole_bits: int = 256

    # Automata up to this size are checked one by one in rational numbers where the set is not proven.
    most_verified_states: int = 30

    # Margins up to this, relative to the payoff range, bind in the certificate at a threshold.
    binding_at_threshold: float = 1e-6

    # Pairs of memory and state in exact arithmetic: a game in which all moves are possible, with floats for
    # chances, takes ten seconds at this size, and the fourth power of it beyond.
    most_pairs: int = 40

    # Issues whose subsets are all tried for a link that holds itself up: 65,535 sets.
    most_issues: int = 16

    # How far below a threshold, or below 1, it is asked what fails there; less than that would ask for the
    # same, more might step over a neighbouring threshold. A binary number, so that it is a short fraction.
    beside: float = 2.0**-40

    # Polynomials are compared at so many parts of (0, 1), less one, before it is asked in exact arithmetic
    # whether one lies below the other on all of it: any number will do, more asks less often in vain.
    compared_at: int = 8

    # Discount factors tried for a policy; what holds at the first of them is said to hold from 0 on.
    policy_grid: tuple[float, ...] = _GRID

    # Bisection of a change on the grid ends here: payoff sets by state are found to the same knife edge.
    policy_width: float = 1e-12

    # So far above a policy's threshold its punishments are looked for in inner bounds, which have no room at
    # the threshold itself.
    policy_inside: float = 1e-6

    # Iterations of one compiled payoff set; at the limit its outer bound is still valid.
    most_iterations: int = 200_000

    # Change of a set, relative to the size, at which its compiled iteration stops.
    settled: float = 1e-12

    # Relaxation of the compiled constraints, the profile's own too, relative to the size: a knife edge.
    relaxed: float = 1e-12

    # Rounding of a point on an edge, relative to the size; payoffs start at zero.
    rounding: float = 1e-15

    # Every so many iterations the change is measured as a distance of sets, and not vertex by vertex.
    measured_every: int = 64

    # Shares of the way from the lower bound to 1 that are tried before a bracket is closed: thresholds are as
    # a rule near the lower bound, and a set costs as 1 / (1 - delta).
    first_guesses: tuple[float, ...] = (0.0, 0.0625, 0.125, 0.25, 0.5, 0.75, 0.875, 1.0)

    # In place of a discount factor where there is none; any number above 1 would do.
    no_threshold: float = 2.0


NUMERICS = Numerics()
