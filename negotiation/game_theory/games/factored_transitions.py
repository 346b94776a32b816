"""Transitions of a stochastic game whose state has parts that move on their own."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np
import numpy.typing as npt

from negotiation.base.numeric import FloatArray, IntArray, NumberArray, ObjectArray
from negotiation.errors import InvalidProbabilities
from negotiation.game_theory.games.monitoring import probability_arrays
from negotiation.game_theory.games.transitions import Transitions


class FactoredTransitions(Transitions):
    """Transitions of a state with independent parts: given state and actions, each part moves on its own.

    The state's position counts its parts in row-major order, the last part fastest.

    Shapes: `parts` (m_k, A, m_k).

    Examples
    --------
    >>> worn, clock = [[[1, 0]], [[0.5, 0.5]]], [[[1.0]]]
    >>> FactoredTransitions([worn, clock]).to_dense().tolist()
    [[1.0, 0.0], [0.5, 0.5]]
    """

    def __init__(self, parts: Sequence[npt.ArrayLike]) -> None:
        checked = [self._checked(part, k) for k, part in enumerate(parts)]
        rational = all(exact is not None for _, exact in checked)
        arrays: list[NumberArray] = [
            exact if rational and exact is not None else floats for floats, exact in checked
        ]
        profiles = {array.shape[1] for array in arrays}
        if len(profiles) != 1:
            raise InvalidProbabilities(
                f"all parts of the state have the same action profiles; got numbers {sorted(profiles)}"
            )
        sizes = [array.shape[0] for array in arrays]
        count = profiles.pop()
        rows = [_joint_row(arrays, s, a) for s in np.ndindex(*sizes) for a in range(count)]
        counts = np.cumsum([0, *(len(indices) for indices, _ in rows)], dtype=np.intp)
        super().__init__(
            counts,
            np.concatenate([indices for indices, _ in rows]),
            np.concatenate([chances for _, chances in rows]),
            prod(sizes),
        )

    @staticmethod
    def _checked(part: npt.ArrayLike, k: int) -> tuple[FloatArray, ObjectArray | None]:
        array, exact = probability_arrays(part, f"part {k} of the state, by its value and the action profile")
        if array.ndim != 3 or array.shape[0] != array.shape[2]:
            raise InvalidProbabilities(f"part {k} of the state has the shape (m, A, m); got {array.shape}")
        return array, exact


def _joint_row(
    arrays: Sequence[NumberArray], state: Sequence[int], profile: int
) -> tuple[IntArray, NumberArray]:
    """Return the next states and probabilities of one row: the product of its parts' rows, zeros left out."""
    indices = np.zeros(1, dtype=np.intp)
    chances: NumberArray = np.ones(1, dtype=arrays[0].dtype)
    for array, x in zip(arrays, state, strict=True):
        row = array[x, profile]
        support = np.flatnonzero(row)
        indices = (indices[:, None] * len(row) + support[None, :]).ravel()
        chances = (chances[:, None] * row[support][None, :]).ravel()
    return indices, chances
