"""The tolerances and limits of the solvers of stage games, in one place.

Payoffs, and therefore gains and distances, are shares of each player's range (`unit_payoffs` in
`best_replies.py`).
"""

from __future__ import annotations

from typing import NamedTuple


class Numerics(NamedTuple):
    """Limits of the solvers of stage games, and the reasons for their sizes."""

    # Linear programs (`obedience_program.py`, `correlated_payoffs.py`).

    # Probabilities below this are set to 0 in a correlated equilibrium that is not proven.
    no_probability: float = 1e-12
    # Most entries of the obedience constraints: some 240 MB as a sparse matrix.
    most_obedience_entries: int = 20_000_000
    # Entries up to which an optimum is proven in whole numbers: about 45 actions for each of two players.
    most_proven_entries: int = 200_000
    # Linear programs after which the search for the polygon of correlated payoffs stops as `partial`.
    most_programs: int = 5_000
    # Distance within which points are one vertex and an edge does not move: a hundred times the error of the
    # programs.
    same_point: float = 1e-8

    # The principal branch of logit equilibria (`logit_equilibrium.py`).

    # Steps along the branch after which the answer is `partial`; most branches take some hundred.
    most_steps: int = 20_000

    # Share of a deadline in which a branch is followed; checking its points takes about half as long again.
    following: float = 0.6
    # Length of the first step, in the space of logarithms of probabilities and precision.
    first_step: float = 0.03
    # Step length below which the search stops: predictor and corrector then differ by rounding alone.
    shortest_step: float = 1e-11
    # Farthest that the corrector may move, so that it stays on the branch that was predicted.
    longest_correction: float = 0.1
    # Least cosine of the turn in one step (11 degrees), for the same reason.
    least_cosine: float = 0.98
    # Step length down to which a change of orientation is taken for a step to another branch.
    crossing_step: float = 1e-5
    # Most steps of the corrector: Newton's method doubles the digits in each, so more would mean divergence.
    newton_steps: int = 8
    # Residual, relative to the precision if that exceeds 1, at which a point counts as on the branch.
    newton_tolerance: float = 1e-12
    # Correction that no further step can improve.
    no_move: float = 1e-14
    # Least reach of the corrector from a crossing, however short the steps around it.
    least_crossing: float = 1e-6


NUMERICS = Numerics()
