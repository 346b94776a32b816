"""How close two numbers must be to count as equal in the contracts."""

from __future__ import annotations

from typing import NamedTuple


class Numerics(NamedTuple):
    """Distances that count as zero: far above rounding errors, and far below the effects of faults."""

    # Probabilities of profiles, and payoffs in shares of their range.
    profile: float = 1e-7

    # Distances of sets and numbers of answers in ranges of a player's payoffs: above what operators stop at.
    answer: float = 1e-6

    # Payoffs of an instrument and of positions, percent of GDP, and sums of chances of small kernels.
    payoff: float = 1e-12

    # Sums of the chances of an automaton's next states, which users type in decimals.
    chances: float = 1e-9

    # Share of an axis by which a tick may be beyond it and is drawn.
    edge: float = 1e-9


NUMERICS = Numerics()
