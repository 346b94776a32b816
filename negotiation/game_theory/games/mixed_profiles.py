"""Expectations over mixed actions, by the actions of one player or of several."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from negotiation.base.numeric import NumberArray


def by_own_action(array: NumberArray, strategies: Sequence[NumberArray], *kept: int) -> NumberArray:
    """Return the expectation of an array over profiles, by the actions of the players kept; the others mix.

    Shapes: `array` (n_1, ..., n_N, ...); returns (n_i, ...) for one player i, (n_i, n_j, ...) for two.

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
