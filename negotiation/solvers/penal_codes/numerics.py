"""The numbers that bound the search for penal codes and strategies: what floats propose, fractions decide."""

from typing import NamedTuple


class Numerics(NamedTuple):
    """Bounds and limits; lengths are relative to the payoff range, or the size of a payoff set."""

    # Guesses of worst payoffs, and what is selected in floats (`exact_punishments.py`).

    near_guess: float = 1e-6
    """How far a rational guess of a worst payoff may be from the float, and a row from the hull's edge: the
    inner bound from which worst payoffs come is up to so much too small."""

    stage_guesses: int = 3
    """Stage payoffs near a worst payoff that are guessed to be it: each guess costs a penal code."""

    guess_denominators: tuple[int, ...] = (1000, 1_000_000)
    """Denominators of simple fractions that are guessed, as shares of a player's range: of two fractions with
    denominators to a million none need be nearer than 1e-12, what a float of a worst payoff is good for."""

    roundings: tuple[int, ...] = (100, 1000, 100_000)
    """Parts of the payoff range to which a worst payoff that need not be met exactly is rounded up."""

    few_profiles: int = 8
    """Up to so many profiles all are kept, outermost or not."""

    # Floats read as the fractions that they stand for (`self_generation.py`).

    denominator: int = 10_000_000
    """Largest denominator of the fractions that floats are read as where a set may be exactly rational: its
    square is well below 1e16, so that other floats rarely look like one."""

    at_stage_payoff: float = 1e-13
    """Distance from a stage payoff within which a float is read as that payoff."""

    read: float = 1e-10
    """How far a vertex may be from the fractions that it is read as; what iteration leaves is 1e-12."""

    candidate: float = 1e-9
    """Room within which profiles are tried in fractions: a selection in floats, not a decision."""

    # What counts as optimal, and as the payoff asked for (`optimal_penal_code.py`, `strategy_for.py`).

    optimal: float = 1e-8
    """Distance of a punishment from the lower bound that counts as optimal: ten times what inner bounds lose
    at the least room that they try, 1e-9."""

    attained: float = 1e-12
    """Distance from the lower bound at which no better code is looked for: that is where the bound stops."""

    exact_states: int = 30
    """Automata up to this size are checked in rational numbers; the cost of that is cubic in it."""

    near_payoff: float = 1e-9
    """Distance from the payoff that was asked for that counts as none: the least room of inner bounds."""


NUMERICS = Numerics()
