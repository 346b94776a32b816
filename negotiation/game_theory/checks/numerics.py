"""The tolerances and limits of the checks.

The tolerances that all packages share (knife edge, regret) are in `negotiation/base/numeric.py`. Most checks
need no others.
"""

from __future__ import annotations

from typing import NamedTuple


class Numerics(NamedTuple):
    """Limits of the checks, and the reasons for their sizes."""

    # Largest tolerance for the rounding of values in continuous time, as a share of a player's unit of flows:
    # with more, an average would have less than four digits.
    most_rounded: float = 1e-4
    # Largest denominator of the fractions that stored numbers may stand for in an exact check of a set. Two
    # such fractions are at least 1e-14 apart, so that a double near 1 rounds one of them at most.
    denominator: int = 10_000_000
    # Most policies that the search for a best reply tries. Each improves on the one before, and it needs a
    # handful.
    policies: int = 1000
    # Improvement of a policy, relative to the largest value, that is rounding: a hundred units in the last
    # place of what a linear system in doubles returns.
    policy_gain: float = 1e-14
    # Distance of the numbers stored with a set with transfers from those of its profiles, relative to the
    # size, that is rounding. What holds is proven of the profiles; the numbers only name it.
    stored: float = 1e-9
    # Change of a step, relative to a knife edge, at which values that fall towards their limit rest: what is
    # left of all further steps is below what `stored` allows, up to a discount factor of 1 - 1e-6.
    rest: float = 1e-3
    # Most states of a strategy that is checked in rational numbers without `exact=True`: the elimination is
    # cubic in Python, and these take a tenth of a second.
    rational_states: int = 30
    # Most transitions, states times action profiles, of such a check: a tenth of a second as well.
    rational_entries: int = 20_000
    # Most pairs of public state and belief of one side that are followed further: minutes in Python.
    pairs: int = 4_000
    # Directions from which a polygon of payoffs is seen (`game_theory/checks/possible_paths.py`), a multiple
    # of 4: the edges of the sets in this project have few slopes, and twice as many rule out no more of the
    # truces.
    directions: int = 32
    # What is added to each bound of such a polygon, in shares of a player's range: a hundred thousand times
    # the rounding of a step, and far below any gain that counts.
    outward: float = 1e-10
    # Movement of a step, in shares of the range and divided by 1 - delta, at which the polygon is left as it
    # is: further steps move it by about as much in all.
    polygon_rest: float = 1e-6
    # Most profiles that the steps look at, all together: some ten seconds.
    polygon_work: int = 1_000_000
    # Fewest steps that are worth making: with fewer the polygon has hardly moved at the discount factors of a
    # fortnight. Games above some 33,000 profiles are left at their minmax payoffs.
    polygon_steps: int = 30
    # Most steps of policy iteration towards what players can be held to in the states of a game
    # (`game_theory/checks/policies.py`): it takes a handful, and wherever it stops what it has is a bound.
    minmax_steps: int = 50

    # Half-widths of the boxes in which an equilibrium is proven (`bounded_mixtures.py`): a wide one allows
    # for bounds in doubles, a narrow one for others that are near.
    box_radii: tuple[float, ...] = (2.0**-20, 2.0**-30, 2.0**-40)


NUMERICS = Numerics()
