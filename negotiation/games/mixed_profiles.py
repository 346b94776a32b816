"""Expectations over mixed actions, by the own action of one player."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from negotiation.numeric import NumberArray


def by_own_action(array: NumberArray, strategies: Sequence[NumberArray], player: int) -> NumberArray:
    """Return the expectation of an array over profiles when the others mix, by the player's own action.

    Parameters
    ----------
    array : array, shape (n_1, ..., n_N, ...)
        Floats or `Fraction` objects, one entry or several for each action profile.
    strategies : sequence of arrays
        One probability vector for each player.
    player : int
        Position of the player.

    Returns
    -------
    array, shape (n_i, ...)

    Examples
    --------
    >>> payoffs = np.array([[1.0, -1.0], [-1.0, 1.0]])
    >>> by_own_action(payoffs, [np.array([0.5, 0.5]), np.array([1.0, 0.0])], 0)
    array([ 1., -1.])
    """
    for j in range(len(strategies) - 1, -1, -1):
        if j != player:
            array = np.tensordot(array, strategies[j], axes=([j], [0]))
    return array
