"""The tolerances and limits of the solvers in continuous time, in one place.

Payoffs are in units of each player's flows (`ContinuousTimeGame.units`), and so are residuals.
"""

from __future__ import annotations

from typing import NamedTuple


class Numerics(NamedTuple):
    """Tolerances and limits of the solvers and estimators, and the reasons for their sizes."""

    # Residual at which Newton's method stops: a hundredth of what is accepted.
    solved: float = 1e-12
    # Residual that is accepted if rounding keeps it from falling further: with a discount rate of 0.05 the
    # gain from any deviation is then at most 4e-9 units.
    accepted: float = 1e-10
    # Roundings of a value, times the rate of moves per year, below which no residual can be required; the
    # independent check allows as many. They matter if discount rates are below 1/1000 of the rates of moves.
    roundings: float = 4.0
    # Largest residual that these roundings may excuse, in units: with more, an average has fewer than four
    # digits.
    most_rounded: float = 1e-4
    # Steps after which a start is given up; near a solution the digits double at each.
    newton_steps: int = 60
    # Times that a step is halved before a step of policy iteration replaces it.
    halvings: int = 6
    # Share of the residual that a step may leave; a step that leaves more is halved.
    least_fall: float = 0.9
    # Steps of policy iteration before Newton's method from a drawn start. They keep the options that the
    # start favours, but not its values.
    policy_steps: int = 3
    # Most steps of policy iteration in a row in place of Newton's steps; more would cycle.
    most_stalls: int = 12

    # The linear systems (`kernels/krylov.py`, `newton.py`).

    # Vectors of the Krylov space before a restart: 160 MB at a million unknowns. Because constants are
    # projected out, no more are needed: 40 are no faster on games of disputes.
    basis: int = 20
    # Most steps of GMRES for one system, two passes through the options each. If they do not suffice, the
    # system is factorised.
    most_steps: int = 600
    # Share of the right-hand side that a linear system may leave at first; it falls with the residual.
    coarsest: float = 1e-2
    # Share that it may leave near the solution: two steps then reduce the residual from 1e-6 to rounding.
    finest: float = 1e-10
    # Most unknowns of a system that is solved by elimination, in a few milliseconds, and most states of a
    # component of play that is solved in order.
    direct: int = 400
    # Share of options with positive probability above which no order of states is searched (`newton.py`):
    # choices that respond to shocks take all options, and play then has cycles.
    most_taken: float = 0.5
    # Most unknowns of a system that is factorised if GMRES stalls: factors of a larger one may fill memory.
    most_factorised: int = 60_000

    # The branch from precision 0 (`equilibria.py`).

    # First step in the share of the precision.
    first_step: float = 0.25
    # Longest step: the whole way, if the branch is straight.
    longest_step: float = 1.0
    # Step below which the branch is assumed to turn back.
    shortest_step: float = 1e-4
    # Residual at which a point on the way counts as on the branch; the end is solved in full.
    on_the_way: float = 1e-4
    # Corrections up to which a step was easy, so that the next step is doubled.
    quick: int = 4
    # Most corrections before a step is halved.
    patience: int = 8
    # Farthest that a choice probability may move in one step, so that it stays on its branch.
    farthest: float = 0.5

    # Best replies (`equilibria.py`).

    # Factor of the precision from one point to the next towards best replies.
    sharpening: float = 2.0
    # Precision, per unit of payoffs, at which the search for best replies ends.
    sharpest: float = 1e7

    # Several equilibria (`equilibria.py`).

    # Power of the exponential weights of drawn choices, so that most of them lean to one option.
    leaning: float = 4.0
    # Equilibria whose choice probabilities all differ by less are the same: starts find one to about 1e-9.
    same: float = 1e-6
    # Most ties between options that a reason names; it gives the number of the others.
    named: int = 3

    # Long times (`absorbing.py`).

    # Most states for which times are computed by elimination without subtractions: some seconds if rates are
    # dense, and 32 MB.
    eliminated: int = 2_000
    # Size above which times are scaled to 1, so that the next ones still fit into doubles.
    large: float = 1e200
    # Bound of an error above which an answer is `partial`.
    most_error: float = 1e-6

    # The process (`uniformisation.py`, `likelihood.py`).

    # Share of the probability that uniformisation may leave out.
    tail: float = 1e-13
    # Standard deviations of the number of jumps beyond which terms are left out.
    deviations: float = 20.0
    # The same if each state's probability is to have relative accuracy, down to the smallest.
    rarest: float = 100.0
    # Probability of a state below which no accuracy is required: well above the smallest double.
    smallest: float = 1e-280
    # Most expected jumps of a horizon: each is one product with the generator.
    most_jumps: float = 2e6
    # Most numbers in the vectors of uniformisation that one game keeps for later starts
    # (`window_chances.py`): 200 MB, enough for a month in a game of some fifty thousand states.
    powers_kept: int = 25_000_000
    # Expected jumps in a piece of a quiet time: at least exp(-50) of the probability is left after it.
    most_quiet_jumps: float = 50.0

    # Estimates (`fitting/`).

    # Step of a central difference as a share of the parameter: the cube root of eps, at which the errors from
    # rounding and from curvature are of equal size.
    difference: float = 6e-6
    # Least singular value of the derivative of the equations for which there is a gradient, as a share of its
    # bound for a single player. Residuals of 1e-12 then change slopes by a relative 1e-6.
    near_fold: float = 1e-3
    # Steps of inverse iteration for it in large systems, with one solve each: near a fold one step suffices.
    inverse_steps: int = 2
    # Days of a mean year, by which dates are converted to years.
    days_a_year: float = 365.25
    # Most pieces of paths that are computed together, times the options or states of the game: vectors of 8
    # MB, of which a step keeps some dozens.
    most_together: int = 1_000_000
    # Most states for which the products of a filter are dense: a sparse product has a fixed cost per call.
    dense_filter: int = 64
    # Most times that the way between two parameters is halved to stay on a branch.
    most_halvings: int = 8
    # Square of the distance from a maximum, in standard errors, at which SciPy stops: 1e-4 of a standard
    # error. One more step doubles the digits.
    arrived: float = 1e-8
    # Most steps of a climb, and of one of its stages, after which parameters are scaled again; near a maximum
    # each step doubles the digits.
    most_climbs: int = 100
    climbs_a_stage: int = 20
    # Bounds on the fall of the log likelihood one standard error from a maximum, on the side where it falls
    # less, as a share of 1/2. With one observation of a rate that is a power of the parameter the shares are
    # 0.25 to 1.2.
    least_share: float = 0.1
    most_share: float = 20.0
    # Largest entry of the information of a fit: squares of sums of such entries fit into doubles.
    steepest: float = 1e140
    # First and longest radius of the trust region, as a share of the parameters at the start.
    first_radius: float = 0.5
    longest_radius: float = 100.0
    # Eigenvalue of the information, scaled to a diagonal of ones, up to which a direction is flat: a hundred
    # times the error of differences of the gradient.
    flat: float = 1e-7
    # Slope of the log likelihood in scaled parameters that counts as zero.
    level: float = 1e-6
    # Share of the largest change below which a parameter is not named as changing in a direction.
    moved: float = 1e-3
    # Most doublings in the search for the end of a profile interval before the end is called infinite.
    most_brackets: int = 30
    # Error of the end of a profile interval, as a share of the standard error.
    profile: float = 1e-5
    # Draws with which each chain tunes its steps, which are not kept. Few suffice, because in the coordinates
    # of a chain the posterior is close to a standard normal distribution.
    tuning: int = 200
    # Gradients of one draw, for the estimate of the total time: 3 with three parameters, 7 with ten.
    leapfrogs: int = 5
    # Seconds between two reports of progress.
    told_every: float = 1.0
    # Fewest draws of a chain for which ArviZ computes diagnostics.
    fewest_draws: int = 4
    # Largest rank-normalised R-hat, and least effective sample size per chain, of a complete result (Vehtari,
    # Gelman, Simpson, Carpenter and Buerkner 2021).
    most_r_hat: float = 1.01
    least_size: int = 100


NUMERICS = Numerics()
