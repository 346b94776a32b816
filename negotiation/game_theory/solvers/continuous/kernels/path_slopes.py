"""Compiled: the derivative of a likelihood in each rate, summed over the jumps of a quiet time."""

from __future__ import annotations

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.game_theory.compiling import njit


@njit(cache=True)
def add_slopes(
    sources: IntArray, targets: IntArray, before: FloatArray, after: FloatArray, gained: FloatArray
) -> None:
    """Add before(source) after(target) of each rate, column by column; `gained` has shape (K, C)."""
    for k in range(len(sources)):
        s, goal = sources[k], targets[k]
        for c in range(gained.shape[1]):
            gained[k, c] += before[s, c] * after[goal, c]
