"""The tolerances and limits of the Nash solvers, in one place.

Those that all solvers share (knife edge, regret) are in `negotiation/base/numeric.py`.
"""

from __future__ import annotations

from typing import NamedTuple


class Numerics(NamedTuple):
    """Limits of the search for Nash equilibria, and the reasons for their sizes."""

    # What floats propose (`solution.py`).

    # Mixed profiles whose probabilities all differ by less are one equilibrium. Methods in floats find an
    # equilibrium again to about 1e-9 at conditions that occur; different ones are hardly ever this close.
    same_profile: float = 1e-7
    # Probabilities below this are rounding, and 0: some hundred units of the last place of 1.
    no_probability: float = 1e-13
    # Decimals of the probabilities that order the equilibria, few enough that rounding does not.
    listed_decimals: int = 6

    # Integers and fractions (`exact_supports.py`).

    # Largest denominator that is tried for a probability that its support does not determine: such fractions
    # are 1e-12 apart, the precision of the doubles they are read from.
    probability_denominator: int = 10**6

    # Memory and time (`vertex_enumeration.py`, `best_reply_polytope.py`, `support_polynomials.py`, ...).

    # Tableau entries, over all bases of a polytope, after which its enumeration stops: some 300 MB of Python
    # integers.
    most_tableau_entries: int = 8_000_000
    # Shares of the time by which the first and the second polytope are done; the rest is for the answer.
    deadline_shares: tuple[float, float] = (0.4, 0.8)
    # Payoffs from which vertices are tried in doubles: below, integers take less time than loading the
    # kernel.
    fewest_certified_payoffs: int = 64
    # Bases in doubles after which to stop: with their hash table some 80 MB.
    most_certified_bases: int = 2**21
    # Bases in doubles between two looks at the clock: a few milliseconds.
    bases_between_looks: int = 2_000
    # Profiles of supports of several players up to which they are gone through: 4x4x4 has 3,375.
    most_support_profiles: int = 5_000
    # Boxes in which mixtures that are not eliminated are isolated, of all supports together: some seconds.
    most_boxes: int = 2_000
    # Maximal Nash subsets of a component after which they are no longer listed: their number can be
    # exponential.
    most_subsets: int = 10_000

    # Many games at once (`solve_many.py`, `kernels/support_signs.py`, `support_program.py`).

    # Pairs of supports up to which the compiled kernel is used: 8x8 has 12,869, and 9x9 has 48,619.
    most_compiled_pairs: int = 13_000
    # Games that one call of the kernel takes: enough to hide the call, few enough to share among threads.
    games_a_call: int = 1_024
    # Minors below this have an uncertain sign whatever the rounding bound says, payoffs having range 1.
    least_sign: float = 1e-10
    # Sum of the minors, payoffs having range 1, from which weights need no refinement: rounding then costs at
    # most a digit or two.
    well_conditioned: float = 0.05
    # Steps of refinement: each gains the digits that the first solution had right, at least half of them.
    refinement_steps: int = 2
    # Splits a double into two halves of 26 bits whose products are exact (Veltkamp).
    splitter: float = 2.0**27 + 1.0
    # Largest regret that passes the compiled check, as a share of the payoff range: a tenth of what `verify`
    # accepts.
    largest_regret: float = 1e-10
    # Resolution of a double relative to its size, 4 units of 2**-52: how finely a range far from 0 is known.
    resolution: float = 8.9e-16
    # Knife edges that a step of the doubles may be wide; coarser games go to the integers.
    most_resolution: float = 1e4
    # Ranges outside [this, 1 / this] go to the integers: products of two would leave the doubles.
    least_range: float = 1e-250

    # Proofs in doubles (`kernels/certified_bases.py`).

    # A little more than the unit roundoff of doubles, 2**-53, for the second-order terms.
    unit: float = 1.2e-16
    # Pivots below this, entries being in [1, 2], leave a matrix without a proof: its inverse would be noise.
    least_pivot: float = 1e-13
    # An odd multiplier without structure, for hashing: the golden ratio times 2**64, as a signed integer.
    mixer: int = -7046029254386353131


NUMERICS = Numerics()
