"""Tolerances and limits of the solvers of relational contracts, in one place.

Distances are relative to the size of the game, the larger range of a player's payoffs, because money has the
same unit for all players. A double is known to 1.1e-16 of its value.
"""

from __future__ import annotations

from typing import NamedTuple


class Numerics(NamedTuple):
    """The numbers on which the solvers of this family rely."""

    # Change of a step at which values have settled, or have come back: a hundred roundings. All further steps
    # move them by at most that over 1 - delta, which the equations of what is played then remove.
    settled: float = 1e-14

    # Most steps backwards where no horizon is given: with delta = 0.999 a distance of the size of the game
    # falls to the rounding of a double in 37,000 steps.
    limit: int = 200_000

    # Largest system that is solved once values have settled: 72 MB, and about a second.
    most_unknowns: int = 3000

    # Largest distance of the values from the solution of the equations of what is played that counts as
    # rounding and as what further steps would have done: above it, something else is played, and the values
    # stay as the steps left them.
    polished: float = 1e-9

    # Steps between the first two marks with which later values are compared: the distance doubles each time,
    # so that a cycle of any length is found within three times its length.
    fewest_steps: int = 1

    # A policy improves only by more than this share of the payoffs' range, a few units in the last place of a
    # value, or it would change for ever.
    improves: float = 1e-15

    # Most policies of one program: policy iteration takes a handful as a rule. A program cut off there is no
    # solution, which the certificate then says.
    policies: int = 200

    # Change of the liquidity, on payoffs of order 1 and relative to it, that is rounding: some hundred units
    # in the last place. The values of linear programs at a corner are known to that.
    same_liquidity: float = 1e-13

    # Least 1 - delta at which payments under a public signal are `complete`: the liquidity is as large as its
    # inverse, and the rounding of chances times that is part of joint payoffs.
    least_impatience: float = 1e-7

    # Distance of the steps from a solution below them, on payoffs of order 1, at which they end, and that is
    # said as the gap: a thousandth of what a set without transfers has for complete.
    meets: float = 1e-9

    # By how much the value of a program may differ from the solution of the equations of its multipliers: the
    # knife edge of the whole project.
    attains: float = 1e-12

    # Programs that are kept for the next time, each some 0.3 MB: the oldest goes for one more. To set one up
    # again takes a millisecond.
    most_programs: int = 1000

    # Most steps down to the largest liquidity, and of Newton's along its lines: each ends on another line,
    # and it needs a handful.
    most_steps: int = 10_000


NUMERICS = Numerics()
