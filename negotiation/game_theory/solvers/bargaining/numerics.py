"""The tolerances of bargaining, each with what it bounds and why."""

from __future__ import annotations

from typing import NamedTuple


class Numerics(NamedTuple):
    """Tolerances of the disagreement point and of the end of a search."""

    # Largest gap of a payoff set, in ranges of the players, that is made good for the disagreement point: an
    # equilibrium may lie beyond the certified bound by the gap, but a large gap proves nothing.
    shortfall: float = 1e-6

    # In the search for alternating offers: 53 exhaust a double in [0.5, 1], more only near zero.
    halvings: int = 200


NUMERICS = Numerics()
