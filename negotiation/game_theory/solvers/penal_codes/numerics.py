"""The bounds of the search for penal codes and strategies: floats propose, and fractions decide."""

from typing import NamedTuple


class Numerics(NamedTuple):
    """Bounds and limits; lengths are relative to the payoff range, or the size of a payoff set."""

    # Extreme play, solved (`extreme_codes.py`).

    # The unit of promises, as a share of a player's range. A promise is the second multiple above a worst
    # payoff, at most 5e-10 above it: a twentieth of the distance that counts as optimal.
    promised: float = 2.0**-32

    # Floats that are read as fractions (`self_generation.py`).

    # Largest denominator of the fractions as which floats are read if a set may be exactly rational. Its
    # square is well below 1e16, so that other floats are rarely mistaken for such fractions.
    denominator: int = 10_000_000

    # Distance from a stage payoff within which a float is read as that payoff.
    at_stage_payoff: float = 1e-13

    # How far a vertex may be from the fractions as which it is read; iteration has an error of 1e-12.
    read: float = 1e-10

    # Tolerance within which profiles are tried in fractions: a selection in floats, not a decision.
    candidate: float = 1e-9

    # Distances that count as optimal or as equal (`optimal_penal_code.py`, `strategy_for.py`).

    # Distance of a punishment from the lower bound that counts as optimal: ten times the least loss of inner
    # bounds, 1e-9.
    optimal: float = 1e-8

    # Distance from the lower bound at which the search for a better code ends: the precision of the bound.
    attained: float = 1e-12

    # Automata with up to this many states are checked in rational numbers; the cost is cubic in the number.
    exact_states: int = 30

    # Distance from the requested payoff that counts as zero: the least loss of inner bounds.
    near_payoff: float = 1e-9

    # Iterations of the full operator if a payoff lies between the bounds that policy iteration leaves.
    sharper_steps: int = 1000

    # Most rounds of the monotone system of answers that end. Each raises the worst credible payoffs by a
    # share of the remaining distance; a dozen is usual.
    answer_rounds: int = 200


NUMERICS = Numerics()
