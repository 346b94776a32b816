"""Expectations over mixed actions, by the actions of one player or of several."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from negotiation.base.numeric import NumberArray


def by_own_action(array: NumberArray, strategies: Sequence[NumberArray], *kept: int) -> NumberArray:
    """Return the expectation of an array over the mixed actions of all players except those kept.

    `kept` lists positions of players. Shapes: `array` (n_1, ..., n_N, ...), `strategies` (n_j,) for each
    player j. Returns (n_i, ...) if one player i is kept, and (n_i, n_j, ...) if two are kept.

    Examples
    --------
    >>> payoffs = np.array([[1.0, -1.0], [-1.0, 1.0]])
    >>> by_own_action(payoffs, [np.array([0.5, 0.5]), np.array([1.0, 0.0])], 0)
    array([ 1., -1.])
    """
    for j in range(len(strategies) - 1, -1, -1):
        if j not in kept:
            array = np.tensordot(array, strategies[j], axes=([j], [0]))
    return array
