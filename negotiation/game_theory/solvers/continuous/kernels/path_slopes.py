"""Compiled: the derivative of a likelihood by each rate, for one jump in a time without observations."""

from __future__ import annotations

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.game_theory.compiling import njit


@njit(cache=True)
def add_slopes(
    sources: IntArray, targets: IntArray, before: FloatArray, after: FloatArray, gained: FloatArray
) -> None:
    """Add before[source] * after[target] of each rate to `gained` (K, C); the vectors are (S, C)."""
    for k in range(len(sources)):
        s, goal = sources[k], targets[k]
        for c in range(gained.shape[1]):
            gained[k, c] += before[s, c] * after[goal, c]
