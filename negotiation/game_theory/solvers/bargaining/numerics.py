"""The tolerances of bargaining, with what each bounds and why."""

from __future__ import annotations

from typing import NamedTuple


class Numerics(NamedTuple):
    """Tolerances of the disagreement point and of the end of a search."""

    # Largest gap of a payoff set, relative to payoff ranges, that counts as the tolerance of the disagreement
    # point. An equilibrium payoff may lie outside the certified bound by the gap, but a large gap proves
    # nothing.
    shortfall: float = 1e-6

    # Steps of the bisection for alternating offers: 53 exhaust a double in [0.5, 1], and more help near zero.
    halvings: int = 200


NUMERICS = Numerics()
