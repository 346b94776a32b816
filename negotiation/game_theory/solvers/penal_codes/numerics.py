"""The bounds of the search for penal codes and strategies: floats propose, and fractions decide."""

from typing import NamedTuple


class Numerics(NamedTuple):
    """Bounds and limits; lengths are relative to the payoff range, or the size of a payoff set."""

    # Extreme play, solved (`extreme_codes.py`).

    # The unit of promises, a share of a player's range: the next but one above a worst payoff that is not
    # solved for, at most 5e-10 above it, is promised. A twentieth of what counts as optimal.
    promised: float = 2.0**-32

    # Floats read as the fractions that they stand for (`self_generation.py`).

    # Largest denominator of the fractions that floats are read as where a set may be exactly rational: its
    # square is well below 1e16, so that other floats rarely look like one.
    denominator: int = 10_000_000

    # Distance from a stage payoff within which a float is read as that payoff.
    at_stage_payoff: float = 1e-13

    # How far a vertex may be from the fractions that it is read as; what iteration leaves is 1e-12.
    read: float = 1e-10

    # Room within which profiles are tried in fractions: a selection in floats, not a decision.
    candidate: float = 1e-9

    # What counts as optimal, and as the payoff asked for (`optimal_penal_code.py`, `strategy_for.py`).

    # Distance of a punishment from the lower bound that counts as optimal: ten times what inner bounds lose
    # at the least room that they try, 1e-9.
    optimal: float = 1e-8

    # Distance from the lower bound at which no better code is looked for: that is where the bound stops.
    attained: float = 1e-12

    # Automata up to this size are checked in rational numbers; the cost of that is cubic in it.
    exact_states: int = 30

    # Distance from the payoff that was asked for that counts as none: the least room of inner bounds.
    near_payoff: float = 1e-9

    # Iterations of the whole operator where a payoff lies in the room that policy iteration leaves.
    sharper_steps: int = 1000

    # Rounds of the monotone system of answers that end: each makes the credible answers milder, by a share of
    # what is left, and a dozen is usual.
    answer_rounds: int = 200


NUMERICS = Numerics()
