"""The tolerances and limits of the Markov solvers, in one place.

Payoffs are in units of each player's range, so that what is a gain or a residual here is a share of it.
"""

from __future__ import annotations

from typing import NamedTuple


class Numerics(NamedTuple):
    """What bounds the search for Markov perfect equilibria, and why it is of that size."""

    same_profile: float = 1e-7
    """Markov strategies whose probabilities all differ by less are one equilibrium: several starts find it
    again to about 1e-9."""

    # The path of logit equilibria (`logit.py`, `kernels/path.py`).

    most_steps: int = 5000
    """Steps along one path after which it is given up; most end within 300."""
    steps_between_looks: int = 200
    """Steps between two looks at the clock."""
    targets: tuple[float, ...] = (1e-3, 1e-4, 1e-5, 1e-7, 1e-9)
    """Gains from one deviation at which the support is read off the path, in turn: early reading is quick,
    and where it fails the path is followed further, to where rounding hides the gains."""
    least_prior: float = 1e-6
    """Least probability in a drawn prior: its logarithm stays within what one step can move."""
    first_step: float = 0.1
    """Length of the first step, in logarithms of probabilities, values and precision together."""
    shortest_step: float = 1e-11
    """Step below which the path is lost: predictor and corrector differ by rounding alone."""
    longest_correction: float = 0.3
    """Farthest that the corrector may move, so that it ends on the branch that was predicted."""
    least_cosine: float = 0.9
    """Least cosine of the turn in one step, 26 degrees, for the same reason."""
    crossing_step: float = 1e-4
    """Step below which a change of orientation is a branch that crosses, and no jump to another one."""
    newton_steps: int = 6
    """Steps of the corrector: Newton's method doubles the digits, so that more would mean it goes astray."""
    newton_region: float = 0.03
    """Corrections this small may fall by less than half: they are near the end of their precision."""
    newton_tolerance: float = 1e-8
    """Correction, relative to the precision, at which the point is on the path: later steps correct again."""

    # From the path to the equilibrium (`support.py`).

    support_thresholds: tuple[float, ...] = (1e-3, 1e-2, 1e-5, 1e-8)
    """Probabilities below which an action is taken to be outside the support, in the order of trial."""
    farthest: float = 0.25
    """Farthest that a probability may move from the point: beyond, it is another equilibrium."""
    support_steps: int = 25
    """Steps of Newton's method on a support; the steps end before, where the residual no longer halves."""
    solved: float = 1e-14
    """Residual at which to stop: rounding of a few terms of size 1."""
    nearly_solved: float = 1e-8
    """Residual above which there is no solution near; the check of its own judges what is below."""
    negative: float = 1e-11
    """Probabilities further below 0 than this are negative, and not rounding."""
    no_probability: float = 1e-13
    """Probabilities below this are rounding, and 0."""

    # States one after another (`separate_states.py`).

    most_separate_states: int = 50
    """States beyond which it is not tried: their chances are looked at as one dense matrix."""
    most_separate_actions: int = 10
    """Actions of a player in a state beyond which it is not tried: the vertices grow exponentially."""

    # States that lead back to one another (`coupled_states.py`).

    most_support_profiles: int = 2500
    """Profiles of supports that are gone through: 7^4 of two states with three actions each, or 3^6 of three
    with two. Each takes some milliseconds."""
    most_boxes: int = 5_000
    """Boxes in which zeros are isolated, of all supports together: about five seconds. Most games of two
    states with two actions take some hundred."""

    # Pure equilibria (`pure.py`, `kernels/pure.py`).

    most_profiles: int = 200_000
    """Pure Markov profiles that are tried one by one: seconds at a few states."""
    most_equilibria: int = 500
    """Equilibria of a kind that are kept; each is certified, which takes longer than finding it."""
    most_rounds: int = 200
    """Rounds of best replies after which play does not come to rest."""
    improvement: float = 1e-10
    """Least gain for which a reply is changed: a tenth of a regret that `verify` accepts."""
    proposed_gain: float = 1e-9
    """Gain up to which a pure profile is proposed; the check of its own decides."""


NUMERICS = Numerics()
