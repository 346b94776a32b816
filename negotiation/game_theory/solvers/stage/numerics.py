"""The tolerances and limits of the solvers of stage games, in one place.

Payoffs, and so gains and distances, are in shares of each player's range (`unit_payoffs` in
`best_replies.py`).
"""

from __future__ import annotations

from typing import NamedTuple


class Numerics(NamedTuple):
    """Limits of the solvers of stage games, and the reasons for their sizes."""

    # Linear programs (`obedience_program.py`, `correlated_payoffs.py`).

    # Probabilities below this of a correlated equilibrium that is not proven are rounding, and 0.
    no_probability: float = 1e-12
    # Entries of the obedience constraints: some 240 MB as a sparse matrix.
    most_obedience_entries: int = 20_000_000
    # Entries up to which an optimum is proven in whole numbers: about 45 actions for each of two players.
    most_proven_entries: int = 200_000
    # Linear programs after which the polygon of correlated payoffs is given up as `partial`.
    most_programs: int = 5_000
    # Distance within which points are one vertex and an edge does not move: a hundred times what the programs
    # are off.
    same_point: float = 1e-8

    # The principal branch of logit equilibria (`logit_equilibrium.py`).

    # Steps along the branch after which the answer is `partial`; most branches take some hundred.
    most_steps: int = 20_000

    # Share of a deadline in which a branch is followed: to check its points takes about half as long again.
    following: float = 0.6
    # Length of the first step, in logarithms of probabilities and precision together.
    first_step: float = 0.03
    # Step below which the branch is lost: predictor and corrector differ by rounding alone.
    shortest_step: float = 1e-11
    # Farthest that the corrector may move, so that it ends on the branch that was predicted.
    longest_correction: float = 0.1
    # Least cosine of the turn in one step, 11 degrees, for the same reason.
    least_cosine: float = 0.98
    # Step length down to which a change of orientation is taken for a step to another branch.
    crossing_step: float = 1e-5
    # Steps of the corrector: Newton's method doubles the digits, so that more would mean it goes astray.
    newton_steps: int = 8
    # Correction, relative to the precision, at which a point is on the branch: points are results here.
    newton_tolerance: float = 1e-12
    # Correction that no further step can better.
    no_move: float = 1e-14
    # Least reach of the corrector from a crossing, however short the steps around it.
    least_crossing: float = 1e-6


NUMERICS = Numerics()
