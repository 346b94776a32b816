"""The numbers that bound the search for a critical discount factor: widths, limits, what counts as small.

Every field is a float, a whole number or a tuple of these, so that compiled code may read them as constants.
"""

from __future__ import annotations

from typing import NamedTuple

_TENTHS = tuple(10.0**k for k in range(-12, 0))
_GRID = (1e-9, 1e-6, 1e-4, 1e-3, 0.01, *(k / 32 for k in range(1, 32)), 0.985, 0.995, 0.999)


class Numerics(NamedTuple):
    """What bounds each part of the family; all distances are in units of the discount factor.

    Examples
    --------
    >>> NUMERICS.bracket_width < NUMERICS.closed_form_reach < NUMERICS.closed_bracket
    True
    """

    largest_discount_factor: float = 1.0 - 2.0**-13
    """The largest that is tried where nothing rules a profile out: one period then weighs 1 in 8192, and the
    iterations of a payoff set grow with that number."""

    bracket_width: float = 2.0**-42
    """Bisection of a profile's threshold ends here, 2.3e-13: outer bounds are relaxed by a knife edge of
    1e-12, so that halving further tells nothing. A binary number: the middle of a bracket is exact."""

    closed_bracket: float = 1e-6
    """A bracket up to this wide is `complete`: there is room for the slack of a certificate."""

    closed_form_reach: float = 1e-10
    """A closed form is taken for a threshold up to so far above what the outer bound excludes. The bound errs
    by 1e-12 of the payoff range, the threshold by that over a margin's slope in x: slopes from 1/100 on."""

    certificate_steps: tuple[float, ...] = _TENTHS
    """How far above a threshold a certificate is tried, in turn: room for its lotteries to be rounded."""

    most_candidates: int = 24
    """Fractions in a bracket that are tried for being the threshold; each is one exact certificate."""

    most_products: int = 20_000_000
    """Gains times rewards times worst payoffs that are all tried: well under a second in arrays."""

    largest_whole: int = 2**20
    """Up to this range payoffs are taken as the smallest whole numbers that say the same; larger ones gain
    nothing, and a vertex in so large units is no short fraction."""

    simple_denominator: int = 10_000
    """The simplest fraction of a bracket is a candidate up to this denominator: in one of width 1e-12 a
    fraction this simple lies by chance three times in 100,000."""

    most_verified_states: int = 30
    """Automata up to this size are checked one by one in rational numbers where the set is not proven."""

    most_parametric_states: int = 12
    """Automata up to this size are tried for a closed form: its polynomials have their number as degree."""

    binding_at_threshold: float = 1e-6
    """Margins up to this, relative to the payoff range, bind in the certificate at a threshold."""

    least_chance: float = 1e-6
    """Chances up to this are the slack of a certificate, and dropped from its plain form."""

    binding_margin: float = 1e-4
    """Margins up to this, relative to the payoff range, may be those of deviations that bind at the
    threshold: the certificate that they come from lies a little above it."""

    most_bindings: int = 16
    """Assignments of binding deviations to states that are tried for one automaton."""

    most_pairs: int = 40
    """Pairs of memory and state in exact arithmetic: a game in which all moves are possible, with floats for
    chances, takes ten seconds at this size, and the fourth power of it beyond."""

    most_issues: int = 16
    """Issues whose subsets are all tried for a link that holds itself up: 65,535 sets."""

    beside: float = 2.0**-40
    """How far below a threshold, or below 1, it is asked what fails there; less than that would ask for the
    same, more might step over a neighbouring threshold. A binary number, so that it is a short fraction."""

    policy_grid: tuple[float, ...] = _GRID
    """Discount factors tried for a policy; what holds at the first of them is said to hold from 0 on."""

    policy_width: float = 1e-12
    """Bisection of a change on the grid ends here: payoff sets by state are found to the same knife edge."""

    policy_inside: float = 1e-6
    """So far above a policy's threshold its punishments are looked for in inner bounds, which have no room
    at the threshold itself."""

    most_iterations: int = 200_000
    """Iterations of one compiled payoff set; at the limit its outer bound is still valid."""

    settled: float = 1e-12
    """Change of a set, relative to the size, at which its compiled iteration stops."""

    relaxed: float = 1e-12
    """Relaxation of the compiled constraints, the profile's own too, relative to the size: a knife edge."""

    rounding: float = 1e-15
    """Rounding of a point on an edge, relative to the size; payoffs start at zero."""

    measured_every: int = 64
    """Every so many iterations the change is measured as a distance of sets, and not vertex by vertex."""

    first_guesses: tuple[float, ...] = (0.0, 0.0625, 0.125, 0.25, 0.5, 0.75, 0.875, 1.0)
    """Shares of the way from the lower bound to 1 that are tried before a bracket is closed: thresholds are
    as a rule near the lower bound, and a set costs as 1 / (1 - delta)."""

    no_threshold: float = 2.0
    """In place of a discount factor where there is none; any number above 1 would do."""


NUMERICS = Numerics()
