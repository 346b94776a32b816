"""The tolerances and limits of the solvers of stage games, in one place.

Payoffs are in shares of each player's range (`unit_payoffs.py`), and so are gains and distances here.
"""

from __future__ import annotations

from typing import NamedTuple


class Numerics(NamedTuple):
    """What bounds the solvers of stage games, and why it is of that size."""

    # Linear programs (`obedience_program.py`, `correlated_payoffs.py`).

    no_probability: float = 1e-12
    """Probabilities below this of a correlated equilibrium that is not proven are rounding, and 0."""
    most_obedience_entries: int = 20_000_000
    """Entries of the obedience constraints: some 240 MB as a sparse matrix."""
    most_proven_entries: int = 200_000
    """Entries up to which an optimum is proven in whole numbers: about 45 actions for each of two players."""
    most_programs: int = 5_000
    """Linear programs after which the polygon of correlated payoffs is given up as `partial`."""
    same_point: float = 1e-8
    """Distance within which points are one vertex and an edge does not move: a hundred times what the
    programs are off."""

    # The principal branch of logit equilibria (`logit_equilibrium.py`, `logit_path.py`).

    most_steps: int = 20_000
    """Steps along the branch after which the answer is `partial`; most branches take some hundred."""
    first_step: float = 0.03
    """Length of the first step, in logarithms of probabilities and precision together."""
    shortest_step: float = 1e-11
    """Step below which the branch is lost: predictor and corrector differ by rounding alone."""
    longest_correction: float = 0.1
    """Farthest that the corrector may move, so that it ends on the branch that was predicted."""
    least_cosine: float = 0.98
    """Least cosine of the turn in one step, 11 degrees, for the same reason."""
    crossing_step: float = 1e-5
    """Step length down to which a change of orientation is taken for a step to another branch."""
    newton_steps: int = 8
    """Steps of the corrector: Newton's method doubles the digits, so that more would mean it goes astray."""
    newton_tolerance: float = 1e-12
    """Correction, relative to the precision, at which a point is on the branch: points are results here."""
    no_move: float = 1e-14
    """Correction that no further step can better."""
    least_crossing: float = 1e-6
    """Least reach of the corrector from a crossing, however short the steps around it."""


NUMERICS = Numerics()
