"""Tolerances and limits of the payoff sets of stochastic games, in one place.

Distances are relative to the size of the game, the larger range of a player's payoffs, unless the field
says otherwise. A double is known to 1.1e-16 of its value; a policy's value is a sum over 1 / (1 - delta)
periods, so that rounding grows by that factor.
"""

from __future__ import annotations

from typing import NamedTuple


class Numerics(NamedTuple):
    """The numbers on which the solvers of this family rely."""

    # --- Markov programs ------------------------------------------------------------------------------------

    # Error of a value by its rows, a sum of a few terms: about four units in the last place of a number below
    # 1. A policy improves only by more, or it would change for ever; a constraint met but for that much is
    # met.
    rounding: float = 4e-16

    # Most policies of one program: policy iteration takes a handful as a rule, and what is left over at the
    # limit is added to the bound, so that the limit costs tightness and no payoff.
    policies: int = 60

    # --- polygons -------------------------------------------------------------------------------------------

    # Outwards shift of every cut, so that rounding takes nothing away; cuts less deep than that are not made.
    # Ten times the rounding of a corner at a right angle, and no more: of a set that is all but a segment, a
    # line at an angle of 1e-9 with it takes a length of 1e9 times its error.
    cut: float = 1e-14

    # Normals with angles (radians) this close are one: the normal of an edge as long as the size is known to
    # 1e-15, that of one a thousandth as long to 1e-12.
    alike: float = 1e-12

    # Most that normals may differ by (radians) that are one while sets still move. Up to there it is the last
    # change: an edge turned by that is off by no more than the sets are; the axes are 0.79 apart.
    turned_most: float = 0.1

    # Distance of a vertex from the line of its neighbours that gives no normal, and of a point from a centre
    # that gives no direction: ten cuts, and still far below what the sets have settled to.
    flat: float = 1e-13

    # Length of an edge that gives no normal: a vertex off by `flat` would turn it by more than 0.01.
    shortest: float = 1e-11

    # Coordinate of a unit vector that is none: the cosine of a right angle is 6e-17 in doubles.
    axis: float = 1e-15

    # Distance beyond the levels from which on payoffs of a policy cannot be sustained: a hundred times what
    # settled sets still move by, since payoffs that can be sustained may be off by a policy's own rounding.
    phantom: float = 1e-10

    # --- outer bounds ---------------------------------------------------------------------------------------

    # Most iterations: far above what sets take that come to rest; each one leaves a valid outer bound.
    limit: int = 200_000

    # Directions of the first iterate where directions follow the sets: the axes, the diagonals and those
    # between, enough to leave the square of all payoffs.
    start: int = 16

    # Up to so many states sets settle to the knife edge, and every certificate is tried that there is.
    few_states: int = 24

    # Above so many states the normals of edges are thinned out: they are shared by all states, so that their
    # number grows with the states, and the time with more than its square.
    many_states: int = 64

    # Most normals that are not thinned out: random games need about 25 a state, and while their sets still
    # move twice as many.
    normals: int = 3072

    # Most normals that are left by thinning: evenly spread they bound a disc to 8e-5 of its radius.
    fewer_normals: int = 256

    # Change at which sets of many states have settled: a tenth of the draw, and a thousandth of what `meet`
    # allows; each factor of ten costs two to six more iterations.
    settled_many: float = 1e-9

    # Depth of cuts not made there: a hundredth of that change.
    fine_many: float = 1e-11

    # Steps without a change there: an edge that shows later is found where the bounds then do not meet.
    quiet_many: int = 1

    # Most iterations there unless more are asked for: those that settle take 20 to 40, with more patience a
    # few times as many.
    limit_many: int = 120

    # Depth of cuts that are not made, as a share of the last change: what is far shallower than the sets
    # still move is not worth a corner yet.
    depth: float = 1e-4

    # Change of sets at which they have settled: the knife edge of the whole project, a hundred cuts.
    settled: float = 1e-12

    # The same with fixed or thinned normals, which lose more than that anyway.
    settled_coarse: float = 1e-6

    # Depth of cuts not made with thinned normals: a hundredth of the change that ends the iteration.
    fine_coarse: float = 1e-8

    # Steps without a change after which sets have settled: normals found in one step cut in the next, and
    # those of what is cut then in the third.
    quiet: int = 3

    # The same where the bounds do not meet: an edge may show only after several others have been cut.
    quiet_longer: int = 12

    # --- inner bounds and their certificates ----------------------------------------------------------------

    # How far continuations are drawn to the centre, as a share of the way: the first is taken for which the
    # certificate holds. The bounds lie about draw / (1 - delta) apart; below 1e-9 rounding eats the room.
    draws: tuple[float, ...] = (1e-9, 1e-7, 1e-5, 1e-3)

    # The same with many states: ten times what their sets still move by; where both fail the normals are
    # thinned out.
    many_draws: tuple[float, ...] = (1e-8, 1e-7)

    # Most iterations for each of these, from above and then from within: those that are certified take 5 to
    # 40 from above and 1 from within.
    many_limit: int = 120

    # Change of drawn sets at which they have settled there, as a share of the draw: the room it leaves is the
    # share of the draw that a set is wide.
    finer_many: float = 0.1

    # The same where the normals are thinned out, which keeps the sets moving by about 1e-6.
    coarse_draws: tuple[float, ...] = (1e-5, 3e-5, 1e-4, 1e-3)

    # Most iterations for each of these, from above and then from within: thinned sets never come to rest, and
    # a draw whose certificate has not been found by then is better made larger.
    coarse_limit: int = 60

    # Change of these sets, and depth of cuts not made, as a share of the draw: well inside the room it
    # leaves.
    finer: float = 1e-3

    # How much tighter the constraints are with a draw, as a share of it: room to spare for rounding in the
    # constraints, and less than the draw leaves within the sets.
    tighter: float = 0.1

    # Relaxation of the constraints that covers what rounding does to them: a payoff, an expectation and a
    # division by delta, ten units in the last place.
    resolved: float = 2e-15

    # Share of the outer bound's relaxation that is granted to an inner bound at a knife edge: a little less,
    # so that the one still holds the other.
    edge: float = 0.9

    # Distance between the bounds at which they are said to meet, and the result is complete.
    meet: float = 1e-6

    # Every so many steps the certificate is tried: it costs as much as a step.
    often: int = 5

    # Distance beyond a polygon that is rounding, over 1 - delta: of a policy's payoffs, as `cut` of a corner.
    beyond: float = 1e-14

    # How far beyond a vertex its generated point is, as a share of delta draw times its way to the centre.
    # Anything above zero certifies with room to spare; a hundredth leaves the rest of the draw to the
    # iteration.
    push: float = 0.01

    # Most rounds in which vertices that are not generated are left out: each round shrinks the sets, so that
    # other vertices may fail; what fails as often is better tried after further steps, or with a larger draw.
    rounds: int = 12

    # Vertices nearer to each other than this share of the draw count as one in a mixture: between nearer ones
    # the shares p and q would be known to less than the room that the draw leaves.
    apart: float = 1e-2

    # The least that `apart` times the draw may be: the angle between nearer ones is rounding.
    apart_least: float = 1e-12

    # Area spanned by two vertices seen from the centre, relative to their distances, that is none.
    turned: float = 1e-14

    # Negative share of a vertex in a mixture that is rounding.
    behind: float = 1e-12

    # What the shares of a mixture add up to less than 1 where there is a draw: room for their rounding.
    spare: float = 1e-13

    # What they may add up to more than 1 without a draw: a target on the boundary is known no better.
    beside: float = 1e-12

    # Distance of a mixture from its target that is rounding, over 1 - delta.
    missed: float = 1e-13

    # Rounding of a value, times 1 - delta: a hundred units in the last place, as the error of a linear system
    # is a small multiple of its condition number, here 2 / (1 - delta). Where it is above `meet` no bounds
    # are called complete.
    amplified: float = 2e-14

    # --- sizes ----------------------------------------------------------------------------------------------

    # Directions that are always among the normals: along the axes, which carry the threats, and between.
    axes: int = 8

    # Room for vertices of a polygon beyond one for each normal: the square that is cut, and a cut's ends.
    spare_vertices: int = 8

    # More normals than there are.
    all_normals: int = 1 << 24

    # --- transfers ------------------------------------------------------------------------------------------

    # Liquidity so near to zero is decided in rational numbers where these are given: a thousand times the
    # knife edge, and rare enough to cost nothing.
    doubtful: float = 1e-9

    # Least 1 - delta at which sets with transfers are `complete`: a value is known to as many digits fewer as
    # this has zeros, and worst payoffs of more patient players have been wrong in the fourth.
    least_impatience: float = 1e-9

    # Up to so many states it is: the fractions of larger linear systems have thousands of digits.
    rational_states: int = 40


NUMERICS = Numerics()
