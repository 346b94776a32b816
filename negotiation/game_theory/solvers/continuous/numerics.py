"""The tolerances and limits of the solvers in continuous time, in one place.

Payoffs are in units of each player's flows (`ContinuousTimeGame.units`), so residuals are shares of the unit.
"""

from __future__ import annotations

from typing import NamedTuple


class Numerics(NamedTuple):
    """Limits of the search for equilibria in continuous time, and the reasons for their sizes."""

    # Residual at which Newton's method stops: a hundredth of what is accepted.
    solved: float = 1e-12
    # Residual that is accepted where rounding keeps it from falling: with a discount rate of 0.05 the gain
    # from any deviation is then less than 4e-9 units.
    accepted: float = 1e-10
    # Roundings of a value, times what moves a year, below which no residual can be asked for: the check of
    # its own allows as many. It matters where discount rates are below a thousandth of the rates of moves.
    roundings: float = 4.0
    # Most that these may excuse, as a share of the unit: with more, an average has fewer than four
    # digits.
    most_rounded: float = 1e-4
    # Steps after which a start is given up; near a solution the digits double at each.
    newton_steps: int = 60
    # Times that a step is halved before one of policy iteration is taken in its place.
    halvings: int = 6
    # Share of the residual that a step, of any length, may leave; with more it is halved.
    least_fall: float = 0.9
    # Steps of policy iteration before Newton's method from a drawn start: they forget the start's values and
    # keep what it leans to.
    policy_steps: int = 3
    # Steps of policy iteration in a row, taken where Newton's fell short; more would go in circles.
    most_stalls: int = 12

    # The linear systems (`kernels/krylov.py`, `newton.py`).

    # Vectors of the Krylov space before it restarts: at a million unknowns 160 MB. With the constants
    # projected off no more are needed: 40 are no faster on games of disputes.
    basis: int = 20
    # Steps of one system by GMRES, two passes through the options each; where these do not do, the system is
    # factorised.
    most_steps: int = 600
    # Share of the right side that a linear system may leave at first; it falls with the residual.
    coarsest: float = 1e-2
    # Share that it may leave near the solution: then two steps take what is left from 1e-6 to rounding.
    finest: float = 1e-10
    # Unknowns up to which systems are solved by elimination, in a few milliseconds; states of a component of
    # play up to which they are factorised in its order.
    direct: int = 400
    # Share of options with a chance above which play is not looked at for an order (`newton.py`): what
    # answers to shocks takes all of them, and goes round.
    most_taken: float = 0.5
    # Unknowns up to which a system is factorised where GMRES stalls: beyond, its factors may fill memory.
    most_factorised: int = 60_000

    # The branch from precision 0 (`equilibria.py`).

    # First step in the share of the precision.
    first_step: float = 0.25
    # Longest step: the whole way, where nothing bends.
    longest_step: float = 1.0
    # Step below which the branch is taken to turn back.
    shortest_step: float = 1e-4
    # Residual at which a point on the way is on the branch; the end is solved in full.
    on_the_way: float = 1e-4
    # Corrections within which a step was easy, and the next is doubled.
    quick: int = 4
    # Corrections after which a step is halved.
    patience: int = 8
    # Farthest that a choice probability may move in one step, so that it ends on the branch it began on.
    farthest: float = 0.5

    # Best replies (`equilibria.py`).

    # Factor of the precision from one point to the next towards best replies.
    sharpening: float = 2.0
    # Precision, in units of what a chance to move is worth, at which choices are read off.
    sharpest: float = 1e7
    # Difference of options, relative to the largest value, that is a tie: a hundred roundings.
    tie: float = 1e-11

    # Several equilibria (`equilibria.py`).

    # Power of the exponential weights of drawn choices, so that most of them lean to one option.
    leaning: float = 4.0
    # Equilibria whose choice probabilities all differ by less are one: starts find it to about 1e-9.
    same: float = 1e-6
    # Choices between options alike that a reason names; it says how many more there are.
    named: int = 3

    # Long times (`absorbing.py`).

    # States up to which times are worked out by elimination without subtractions: some seconds where rates
    # are dense, and 32 MB.
    eliminated: int = 2_000
    # Size at which times are scaled to 1: the next ones, at any rates, are doubles yet.
    large: float = 1e200
    # Bound of an error above which an answer is `partial`.
    most_error: float = 1e-6

    # The process (`uniformisation.py`, `likelihood.py`).

    # Share of the probability that uniformisation may leave out.
    tail: float = 1e-13
    # Standard deviations of the number of jumps beyond which no term is looked at.
    deviations: float = 20.0
    # The same where each state's probability is to have digits of its own, down to the smallest.
    rarest: float = 100.0
    # Probability of a state below which none of its digits are asked for: well above what doubles hold.
    smallest: float = 1e-280
    # Expected jumps beyond which a horizon is refused: each is one product with the generator.
    most_jumps: float = 2e6
    # Numbers of the vectors of uniformisation that one game keeps for later starts (`window_chances.py`): 200
    # MB, which hold all that a month needs of a game of some fifty thousand states.
    powers_kept: int = 25_000_000
    # Expected jumps in a piece of a quiet time: at least exp(-50) of the probability is left after it.
    most_quiet_jumps: float = 50.0

    # Estimates (`fitting/`).

    # Step of a central difference as a share of the parameter: the cube root of eps, where what rounding
    # and what curvature add are alike.
    difference: float = 6e-6
    # Least singular value of the equations' derivative, as a share of what a single player's has at least,
    # below which no gradient is given: residuals of 1e-12 then move slopes by 1e-6 of themselves.
    near_fold: float = 1e-3
    # Steps of inverse iteration for it in large systems, a solve each: near a fold the first one shows it.
    inverse_steps: int = 2
    # Days of a mean year, by which dates become years.
    days_a_year: float = 365.25
    # Pieces of paths that are computed together, times the options or states of the game: vectors of 8
    # MB, of which a step keeps some dozens.
    most_together: int = 1_000_000
    # States up to which the products of a filter are dense: a call of a sparse one costs as much as these.
    dense_filter: int = 64
    # Times that the way between two parameters is halved to stay on a branch.
    most_halvings: int = 8
    # Square of the distance from a maximum, in standard errors, at which SciPy ends: 1e-4 of one. One more
    # step doubles the digits.
    arrived: float = 1e-8
    # Steps of a climb, and of one stage of it, after which steps are measured by where it has come; near a
    # maximum digits double at each.
    most_climbs: int = 100
    climbs_a_stage: int = 20
    # Shares of 1/2 between which the log likelihood falls at a maximum, one standard error away on the side
    # where it falls less: with one observation of a rate that is a power of the parameter they are .25
    # to 1.2.
    least_share: float = 0.1
    most_share: float = 20.0
    # Largest entry of the information of a fit: squares of sums of such entries are doubles.
    steepest: float = 1e140
    # First and longest radius of the trust region: shares of what the parameters are at the start.
    first_radius: float = 0.5
    longest_radius: float = 100.0
    # Least root of the information, scaled to a diagonal of ones, that is no flat direction: a hundred times
    # what differences of the gradient leave.
    flat: float = 1e-7
    # Slope of the log likelihood by a parameter's own size that counts as none.
    level: float = 1e-6
    # Share of the largest below which a parameter is not named as one that moves in a direction.
    moved: float = 1e-3
    # Points at which the end of a profile interval is looked for before it is said to be infinite.
    most_brackets: int = 30
    # Error of the end of a profile interval, as a share of the standard error.
    profile: float = 1e-5
    # Draws by which each chain tunes its steps, which are not kept; it begins where the posterior is close
    # to a standard normal distribution.
    tuning: int = 200
    # Gradients of one draw, for the estimate of the total time: 3 with three parameters, 7 with ten.
    leapfrogs: int = 5
    # Seconds between two reports of how much is drawn.
    told_every: float = 1.0
    # Draws of a chain below which ArviZ says nothing.
    fewest_draws: int = 4
    # Largest rank R-hat and least effective size a chain of draws that are complete (Vehtari, Gelman,
    # Simpson, Carpenter and Buerkner 2021).
    most_r_hat: float = 1.01
    least_size: int = 100


NUMERICS = Numerics()
