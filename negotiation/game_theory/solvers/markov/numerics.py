"""The tolerances and limits of the Markov solvers, in one place.

Payoffs are in units of each player's payoff range, and so are gains and residuals.
"""

from __future__ import annotations

from typing import NamedTuple


class Numerics(NamedTuple):
    """Limits of the search for Markov perfect equilibria, and the reasons for their sizes."""

    # Markov strategies whose probabilities all differ by less are one equilibrium: several starts find it
    # again to about 1e-9.
    same_profile: float = 1e-7

    # The path of logit equilibria (`logit.py`, `kernels/path.py`).

    # Most starts: about a day of computing in a small game.
    most_starts: int = 1_000_000

    # Steps along one path after which it is given up; most end within 300.
    most_steps: int = 5000
    # Most steps, and most multiplications, between two looks at the clock. A step solves systems of the size
    # of all unknowns, and 10^9 multiplications take a tenth of a second.
    steps_between_looks: int = 200
    work_between_looks: float = 3e9
    # Gains from one deviation at which the support is read off the path, in this order. Reading it early is
    # quick. If that fails, the path is followed further, until rounding hides the gains.
    targets: tuple[float, ...] = (1e-3, 1e-4, 1e-5, 1e-7, 1e-9)
    # Least probability in a drawn prior: its logarithm stays within what one step can move.
    least_prior: float = 1e-6
    # Length of the first step, in logarithms of probabilities, values and precision together.
    first_step: float = 0.1
    # Step below which the path is lost: predictor and corrector differ by rounding alone.
    shortest_step: float = 1e-11
    # Farthest that the corrector may move, so that it ends on the branch that was predicted.
    longest_correction: float = 0.3
    # Least cosine of the turn in one step, 26 degrees, for the same reason.
    least_cosine: float = 0.9
    # Step below which a change of orientation means that a branch crosses, not a jump to another branch.
    crossing_step: float = 1e-4
    # Most steps of the corrector: Newton's method doubles the digits, so more would mean divergence.
    newton_steps: int = 6
    # Corrections this small may fall by less than half: they are near the end of their precision.
    newton_region: float = 0.03
    # Correction, relative to the precision, at which the point is on the path: later steps correct again.
    newton_tolerance: float = 1e-8

    # From the path to the equilibrium (`logit.py`).

    # Probabilities below which an action is taken to be outside the support, in the order of trial.
    support_thresholds: tuple[float, ...] = (1e-3, 1e-2, 1e-5, 1e-8)
    # Farthest that a probability may move from the point: a farther solution is another equilibrium.
    farthest: float = 0.25
    # Most steps of Newton's method on a support; the steps end earlier if the residual no longer halves.
    support_steps: int = 25
    # Residual at which to stop: rounding of a few terms of size 1.
    solved: float = 1e-14
    # Residual above which no solution is near; the independent check judges points with a smaller one.
    nearly_solved: float = 1e-8
    # Probabilities further below 0 than this are negative, not rounding errors of 0.
    negative: float = 1e-11
    # Probabilities below this are set to 0.
    no_probability: float = 1e-13

    # States one after another (`separate_states.py`).

    # Most states for which it is tried: the transitions are searched as one dense matrix.
    most_separate_states: int = 50
    # Most actions of a player in a state for which it is tried: the vertices grow exponentially.
    most_separate_actions: int = 10

    # States that lead back to one another (`separate_states.py`).

    # Most profiles of supports that are tried: two states with three actions each have 7^4, and three states
    # with two actions have 3^6. Each takes some milliseconds.
    most_support_profiles: int = 2500
    # Most boxes in which zeros are isolated, for all supports together: about five seconds. Games of two
    # states with two actions need hardly any.
    most_boxes: int = 5_000

    # Pure equilibria (`pure.py`, `kernels/pure.py`).

    # Most pure Markov profiles that are tried one by one: seconds for a few states.
    most_profiles: int = 200_000
    # Most equilibria of a kind that are kept; each is certified, which takes longer than finding it.
    most_equilibria: int = 500
    # Most rounds of best replies before the search from a profile is given up.
    most_rounds: int = 200
    # Least gain for which a reply is changed: a tenth of a regret that `verify` accepts.
    improvement: float = 1e-10
    # Gain up to which a pure profile is proposed; the independent check decides.
    proposed_gain: float = 1e-9


NUMERICS = Numerics()
