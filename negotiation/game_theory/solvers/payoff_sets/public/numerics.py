"""The tolerances, sizes and limits of payoff sets under public signals, each with what it bounds and why.

Payoffs are scaled into [0, 1], player by player, probabilities are at most 1: everything compared is of order
1, where a double resolves 1.1e-16 and a sum of the few dozen products behind a number here errs by up to
about 1e-14.
"""

from __future__ import annotations

from typing import NamedTuple


class Numerics(NamedTuple):
    """What counts as zero, what as enough, and when to stop. Compiled code takes the fields as constants."""

    # Error of a sum of products: added to a bound, forgiven in a margin, no change of an iterate.
    rounding: float = 1e-14

    # Difference of probabilities that is none: that of two sums of rounded probabilities, ten times over.
    same_probability: float = 1e-13

    # Gain of a mimicking mixture, and share of an action in it, that is none: ten times above what HiGHS
    # leaves of a constraint (1e-10, `linear_programs`).
    unseen_gain: float = 1e-9

    # Singular value of a matrix of probabilities that is zero: floats given to nine digits are dependent.
    dependent: float = 1e-9

    # Polygons and half-planes.

    # Slope of an edge that is none: its half-plane is left to the box.
    axis: float = 1e-9

    # Half the side of the square from which half-planes cut their intersection: well beyond `size`.
    box: float = 9.0

    # Distance from a line within which a corner of an inner iterate is left out: ten times `rounding`.
    on_line: float = 1e-13

    # The same for the corners of a result: what a reader would take for one edge.
    collinear: float = 1e-10

    # Edges shorter than this have no normal to speak of: the error of their ends turns it by 1e-5 and more.
    shortest: float = 1e-8

    # Width below which a set has no interior: a hundred times the steps at which iterations settle.
    flat: float = 1e-9

    # By how much half-planes are moved outwards until they have a point in common, in turn.
    slacks: tuple[float, float, float] = (1e-13, 1e-12, 1e-11)

    # The outer bound.

    # Steps of the operator, unless told: they grow as 1 / (1 - delta), some 5,000 at 0.99.
    limit: int = 20_000

    # Evenly spread normals: a smooth set is within 0.5 percent of them.
    spread: int = 32

    # Most normals besides these: every step costs as many sorted searches and a few programs each.
    most_normals: int = 96

    # Share of the largest excess at which a normal is added.
    added: float = 0.05

    # Share of the largest excess below which a normal is dropped: a tenth of that at which one is added.
    dropped: float = 0.005

    # The same once the bounds are compared: a smooth set is then within 2e-5 of them.
    finest_normals: int = 224

    # The same in shares of 1 - delta from which on the finest normals are taken at once: ten times `goal`,
    # that much an inner bound would at least be away.
    far: float = 3e-3

    # Distance of the bounds, in shares of the payoff range, from which on they are no longer refined.
    goal: float = 3e-4

    # Times that both bounds are refined where the other leaves room.
    refinements: int = 3

    # Rounds of normals in such a refinement.
    refining: int = 10

    # Rounds of new normals: `most_normals` are found in fewer.
    rounds: int = 20

    # Change of the levels, in shares of 1 - delta, at which the first round stops: its normals are few yet.
    loose: float = 1e-4

    # Linear systems in a row with bases frozen: policy iteration mostly needs two to four.
    policies: int = 20

    # By how much such a system is lifted in each row, so that its solution bounds in spite of rounding:
    # `rounding`.
    lifted: float = 1e-14

    # By how much weights have to fall where they fall by 1 in exact numbers: up to 1e6, they are known to
    # 1e-10.
    falls: float = 1e-3

    # The same for the last round, in shares of what the half-planes reach beyond what was generated.
    fine: float = 1e-3

    # Change of the levels below which it is never asked to fall: ten times `rounding`.
    settled: float = 1e-13

    # Distance between the half-planes and what was generated at which no normal is added.
    narrow: float = 1e-10

    # The inner bound.

    # By how much incentive constraints are tightened, in turn: enough room for the iterates' errors is
    # wanted, and no more than that, since what is generated shrinks by some 1 / (1 - delta) as much.
    tighter: tuple[float, ...] = (1e-9, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 3e-2)

    # Tightening, in terms of what the outer bound has beyond what it generates, below which none is tried.
    needed: float = 0.01

    # Linear systems of policy iteration for a play: where it gets there, mostly after three to twelve.
    improvements: int = 16

    # Linear systems within which what incentives fall short by is to halve: where policy iteration gets there
    # it does so at once.
    patience: int = 4

    # The same, and the linear systems in all, where nothing else was certified: thin sets need twenty.
    enduring: int = 32

    # Tightening where corners are provided for: makes up for a thousand times what `covered` leaves.
    spare: float = 1e-8

    # Times that what corners need is spared: a bold one leaves a tenth of the last shortfall or less.
    sparings: int = 24

    # Share of a corner's shortfall that is spared at first: its neighbours' shares shorten it too.
    cautious: float = 0.5

    # Times that only this share is spared: a sixteenth of the first shortfall is left then.
    cautiously: int = 4

    # The same after that: a little more than the shortfall, so that it ends.
    boldly: float = 1.1

    # Change of the levels, in shares of the last shortfall, at which the next is looked at.
    fraction: float = 0.02

    # Shortfall of a corner that is none: a thousandth of `spare`, which makes up for it.
    covered: float = 1e-11

    # Share from which on a refinement that leaves so much of the gap, or of what the outer bound has beyond
    # what it generates, is the last.
    worthwhile: float = 0.8

    # Shares by which everything is drawn in, in turn: far above `rounding`, far below `jump`.
    drawn: tuple[float, float, float] = (1e-9, 1e-10, 1e-11)

    # Gap of the bounds that is none: what is drawn in and left by the iterations stays below it.
    jump: float = 1e-6

    # Gap, in terms of what the outer bound has beyond what it generates over time, above which the set may
    # jump.
    apart: float = 10.0

    # Gap above which a result is `partial`.
    wide: float = 1e-2

    # The prices of the limit.

    # Difference of values at which two linear pieces are the whole of a function between them: HiGHS's own.
    agree: float = 1e-10

    # Pieces at which the search in a quadrant ends: random games have about ten.
    most_pieces: int = 2_000


NUMERICS = Numerics()
