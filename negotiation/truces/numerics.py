"""The tolerances and limits of what is said of truces, in one place.

Those that all of the package shares (knife edge, regret) are in `negotiation/numeric.py`.
"""

from __future__ import annotations

from typing import NamedTuple


class Numerics(NamedTuple):
    """What bounds the games of agreements, and why it is of that size."""

    draws_at_once: int = 64
    """Draws whose games are held in memory together (`verdicts/incentives.py`): the largest game of a text on
    record, with 3,000 profiles, then takes 3 MB, which stays in a processor's cache."""
    most_states: int = 2000
    """Most states of an agreement's automaton (`compiling/clock.py`): periods left times what is being
    answered. With more its check takes minutes, and a memoryless clock says the same of incentives."""
    same_threshold: float = 1e-9
    """Discount factors closer than this count as one (`claims/linkage.py`): each is known to about 1e-11."""
    no_gain_by_linkage: float = 1e-8
    """Gains below this count as none, percent of GDP (`claims/linkage.py`): the inner and the outer bound of
    a payoff set, from which bargains are made, are about so far apart."""
    least_chance: float = 1e-12
    """A forecast's chances count as no nearer to 0 and 1 (`prediction/forecast_rows.py`): the log score of
    what was called impossible is bad, 27.6 nats, and finite."""


NUMERICS = Numerics()
