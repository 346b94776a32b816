"""Tolerances and limits of the solvers of relational contracts, in one place.

Distances are relative to the size of the game, the largest range of a player's payoffs, because money has the
same unit for all players. A double has a relative precision of 1.1e-16.
"""

from __future__ import annotations

from typing import NamedTuple


class Numerics(NamedTuple):
    """The tolerances and limits on which the solvers of this family rely."""

    # Change of a step at which values have settled, or recur: a hundred roundings. All further steps move
    # them by at most this over 1 - delta; solving the equations of the play then removes that error.
    settled: float = 1e-14

    # Most steps backwards. With delta = 0.999 a distance of the size of the game falls to the rounding of a
    # double in 37,000 steps.
    limit: int = 200_000

    # Largest system that is solved once values have settled: 72 MB, and about a second.
    most_unknowns: int = 3000

    # Largest distance of the settled values from the solution of the equations of the play at which the
    # solution replaces them. At a larger distance other profiles are played.
    polished: float = 1e-9

    # Steps between the first two marks with which later values are compared. The distance doubles each time,
    # so that a cycle of any length is found within three times its length.
    fewest_steps: int = 1

    # A policy changes only for a gain above this share of the payoffs' range, a few units in the last place
    # of a value, so that policy iteration ends.
    improves: float = 1e-15

    # Most policies of one program; policy iteration usually takes a handful. If a program is stopped there,
    # the certificate reports that it is not solved.
    policies: int = 200

    # Relative change of the liquidity, for payoffs of order 1, that counts as rounding: some hundred units in
    # the last place, the precision of linear programs at a corner.
    same_liquidity: float = 1e-13

    # Least 1 - delta at which payments under a public signal are `complete`: the liquidity is as large as its
    # inverse, and the rounding of chances times that is part of joint payoffs.
    least_impatience: float = 1e-7

    # Distance of the steps from a solution below them, for payoffs of order 1, at which they end. It is
    # reported as the gap, and is a thousandth of the gap at which sets without transfers are `complete`.
    meets: float = 1e-9

    # Largest difference between the value of a program and the solution of the equations of its multipliers:
    # the knife edge of the whole project.
    attains: float = 1e-12

    # Most programs that are kept for reuse, each some 0.3 MB; the oldest is dropped for a new one. Setting up
    # a program again takes a millisecond.
    most_programs: int = 1000

    # Most steps down to the largest liquidity, and most Newton steps along its lines. Each step ends on
    # another line, and a handful is usually enough.
    most_steps: int = 10_000


NUMERICS = Numerics()
