"""The limits of certificates, and how finely their bounds are rounded, in one place."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple


class Numerics(NamedTuple):
    """Limits of a certificate, and the reasons for their sizes."""

    # Most states of a strategy whose values are written exactly: their digits grow with the states, and those
    # of sixty have some two thousand. Of more, values are written between two bounds.
    exact_states: int = 60
    # Bits after the point of bounds that are rounded outward, in parts of a player's range: finer than a
    # knife edge, and short to write.
    bits: int = 44
    # Steps of an outer bound; each is a file's line of a few hundred numbers.
    most_steps: int = 400
    # Movement of a step, in parts of the range, at which an outer bound rests.
    rest: Fraction = Fraction(1, 10**9)
    # Distance of the lower end of a threshold that is rational, and width of the bracket of one that is not.
    below: Fraction = Fraction(1, 10**9)
    # Largest denominator of the probabilities that floats stand for: two such are 1e-14 apart.
    denominator: int = 10_000_000
    # Room on either side of a value in doubles, in parts of the largest payoff and before it is divided by
    # one less the discount factor: a thousand times the rounding of a sum.
    rounding: float = 1e-12


NUMERICS = Numerics()
