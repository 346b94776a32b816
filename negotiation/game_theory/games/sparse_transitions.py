"""Transitions of a stochastic game given row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import index

import numpy as np

from negotiation.base.numeric import FloatArray, IntArray, Number, NumberArray, fraction_array, is_exact
from negotiation.errors import InvalidProbabilities
from negotiation.game_theory.games.transition_rows import wrong_row
from negotiation.game_theory.games.transitions import Transitions


class SparseTransitions(Transitions):
    """Transitions given row by row: the next states and their probabilities.

    Examples
    --------
    >>> SparseTransitions([{0: 1.0}, {0: 0.25, 1: 0.75}], 2).to_dense().tolist()
    [[1.0, 0.0], [0.25, 0.75]]
    """

    def __init__(self, rows: Sequence[Mapping[int, Number]], n_states: int) -> None:
        indptr, indices, probabilities = _flattened(rows)
        wrong = wrong_row(indptr, indices, probabilities, n_states)
        if wrong is not None:
            raise InvalidProbabilities(
                f"row {wrong[0]} of the transitions {wrong[1]}. Rows run over states and, within a state, "
                "over action profiles in row-major order"
            )
        super().__init__(indptr, indices, probabilities, n_states)


def _flattened(rows: Sequence[Mapping[int, Number]]) -> tuple[IntArray, IntArray, NumberArray]:
    """Return rows given as mappings as compressed rows, rational where all numbers are."""
    try:
        positions = [index(s) for row in rows for s in row]
        flat = [p for row in rows for p in row.values()]
        rational = all(is_exact(p) for p in flat)
        chances: NumberArray = fraction_array(np.array(flat, dtype=object)) if rational else _floats(flat)
    except (AttributeError, TypeError, ValueError, OverflowError) as error:
        raise InvalidProbabilities(
            f"a row of the transitions maps positions of states to probabilities: {error}"
        ) from None
    counts = np.array([0, *(len(row) for row in rows)], dtype=np.intp)
    return np.cumsum(counts, dtype=np.intp), np.array(positions, dtype=np.intp), chances


def _floats(values: Sequence[Number]) -> FloatArray:
    if any(isinstance(value, str) for value in values):
        raise TypeError("got text for a probability")
    return np.array([float(value) for value in values], dtype=np.float64)
