"""Where a stochastic game goes next: transition probabilities in dense, sparse or factored form.

Every form gives the same thing: for each state and action profile (row-major within the state) the states
that follow and their probabilities, as compressed rows. Solvers read these and never ask which form it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import prod

import numpy as np
import numpy.typing as npt

from negotiation.errors import InvalidProbabilities, SizeLimit
from negotiation.games.monitoring import probability_arrays
from negotiation.numeric import (
    PROBABILITY_TOLERANCE,
    FloatArray,
    IntArray,
    NumberArray,
    ObjectArray,
    fraction_array,
    read_only,
)

LARGEST = 1 << 30
"""Most bytes of a dense transition array; above it the sparse or the factored form is asked for."""


@dataclass(frozen=True, eq=False)
class Transitions:
    """Transition probabilities as compressed sparse rows, one row for each state and action profile.

    Parameters
    ----------
    indptr : array of int, shape (rows + 1,)
        Row r's entries are `indptr[r]` to `indptr[r + 1]`. Rows run over states and, within a state, over its
        action profiles in row-major order.
    indices : array of int, shape (entries,)
        Positions of the states that follow.
    probabilities : array, shape (entries,)
        Floats, or `Fraction` objects where they were given as such.
    n_states : int
        Number of states.

    Examples
    --------
    >>> stay = Transitions.dense([[[[1, 0]]], [[[0, 1]]]])
    >>> stay.n_rows, stay.row(1)[0].tolist()
    (2, [1])
    """

    indptr: IntArray
    indices: IntArray
    probabilities: NumberArray
    n_states: int

    def __post_init__(self) -> None:
        for array in (self.indptr, self.indices, self.probabilities):
            read_only(array)

    @classmethod
    def dense(cls, array: npt.ArrayLike) -> Transitions:
        """Return the transitions of a dense array, shape (S, n_1, ..., n_N, S).

        Raises
        ------
        InvalidProbabilities
            If a row is not a distribution (state and action positions are named) or the first and last axes
            differ.
        SizeLimit
            If the array has more than `LARGEST` bytes.
        """
        shape = np.shape(array)
        check_dense_size(shape)
        floats, exact = probability_arrays(array, "transitions, by state and action positions")
        if len(shape) < 3 or shape[0] != shape[-1]:
            raise InvalidProbabilities(
                "transitions have the shape (S, n_1, ..., n_N, S), with the state first and the next state "
                f"last; got {shape}"
            )
        given: NumberArray = floats if exact is None else exact
        return _compressed(given.reshape(-1, shape[0]))

    @property
    def n_rows(self) -> int:
        """Number of rows: action profiles summed over states."""
        return len(self.indptr) - 1

    def row(self, position: int) -> tuple[IntArray, NumberArray]:
        """Return the next states of a row, by position, and their probabilities."""
        part = slice(self.indptr[position], self.indptr[position + 1])
        return self.indices[part], self.probabilities[part]

    def floats(self) -> FloatArray:
        """Return the probabilities as floats, shape (entries,)."""
        return np.asarray(self.probabilities, dtype=np.float64)

    def exact(self) -> ObjectArray:
        """Return the probabilities as `Fraction`: as given, or the floats' exact values over their row's sum.

        Examples
        --------
        >>> Transitions.dense([[[[0.75, 0.25]]], [[[0, 1]]]]).exact().tolist()
        [Fraction(3, 4), Fraction(1, 4), Fraction(1, 1)]
        """
        values = fraction_array(self.probabilities)
        if self.probabilities.dtype != object:
            for start, end in pairwise(self.indptr.tolist()):
                values[start:end] /= values[start:end].sum()
        return values

    def to_dense(self) -> NumberArray:
        """Return the rows as a dense array, shape (rows, S).

        Raises
        ------
        SizeLimit
            If that would take more than `LARGEST` bytes.
        """
        check_dense_size((self.n_rows, self.n_states))
        full: NumberArray = np.zeros((self.n_rows, self.n_states), dtype=self.probabilities.dtype)
        rows = np.repeat(np.arange(self.n_rows), np.diff(self.indptr))
        full[rows, self.indices] = self.probabilities
        return full


class SparseTransitions(Transitions):
    """Transitions given row by row: the next states and their probabilities.

    Parameters
    ----------
    rows : sequence of mappings
        One mapping from next state (by position) to probability for each state and, within a state, for each
        action profile in row-major order. Rational numbers are kept exactly if all are rational.
    n_states : int
        Number of states.

    Raises
    ------
    InvalidProbabilities
        If a row does not sum to 1, has a negative entry, or names a state that does not exist.

    Examples
    --------
    >>> SparseTransitions([{0: 1.0}, {0: 0.25, 1: 0.75}], 2).to_dense().tolist()
    [[1.0, 0.0], [0.25, 0.75]]
    """

    def __init__(self, rows: Sequence[dict[int, float]], n_states: int) -> None:
        flat = [p for row in rows for p in row.values()]
        kind = np.asarray(flat).dtype.kind if flat else "f"
        probabilities = np.array(flat, dtype=object if kind in "iubO" else np.float64)
        for k, row in enumerate(rows):
            outside = [s for s in row if not 0 <= s < n_states]
            if outside or any(not p >= 0 for p in row.values()):
                raise InvalidProbabilities(
                    f"row {k} of the transitions must give probabilities of the states 0 to {n_states - 1}; "
                    f"got {row}"
                )
            if abs(float(sum(row.values())) - 1) > PROBABILITY_TOLERANCE:
                raise InvalidProbabilities(
                    f"row {k} of the transitions sums to {float(sum(row.values())):.12g}, not 1: {row}"
                )
        counts = np.array([len(row) for row in rows], dtype=np.intp)
        super().__init__(
            np.concatenate([np.zeros(1, dtype=np.intp), np.cumsum(counts, dtype=np.intp)]),
            np.array([s for row in rows for s in row], dtype=np.intp),
            probabilities,
            n_states,
        )


class FactoredTransitions(Transitions):
    """Transitions of a state with independent parts: given state and actions, each part moves on its own.

    The state's position counts its parts in row-major order, the last part fastest.

    Parameters
    ----------
    parts : sequence of array_like, shape (m_k, A, m_k)
        `parts[k][x, a, x']` is the probability that part k moves from x to x' after profile a (row-major).

    Raises
    ------
    InvalidProbabilities
        If a row of a part is not a distribution, or the parts disagree on the number of profiles.

    Examples
    --------
    >>> worn, clock = [[[1, 0]], [[0.5, 0.5]]], [[[1.0]]]
    >>> FactoredTransitions([worn, clock]).to_dense().tolist()
    [[1.0, 0.0], [0.5, 0.5]]
    """

    def __init__(self, parts: Sequence[npt.ArrayLike]) -> None:
        arrays = [self._checked(part, k) for k, part in enumerate(parts)]
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
    def _checked(part: npt.ArrayLike, k: int) -> FloatArray:
        array, _ = probability_arrays(part, f"part {k} of the state, by its value and the action profile")
        if array.ndim != 3 or array.shape[0] != array.shape[2]:
            raise InvalidProbabilities(f"part {k} of the state has the shape (m, A, m); got {array.shape}")
        return array


def _joint_row(
    arrays: Sequence[FloatArray], state: Sequence[int], profile: int
) -> tuple[IntArray, FloatArray]:
    """Return the next states and probabilities of one row: the product of its parts' rows, zeros left out."""
    indices, chances = np.zeros(1, dtype=np.intp), np.ones(1)
    for array, x in zip(arrays, state, strict=True):
        row = array[x, profile]
        support = np.flatnonzero(row)
        indices = (indices[:, None] * len(row) + support[None, :]).ravel()
        chances = (chances[:, None] * row[support][None, :]).ravel()
    return indices, chances


def _compressed(rows: NumberArray) -> Transitions:
    where, indices = np.nonzero(rows)
    counts = np.bincount(where, minlength=len(rows))
    indptr = np.concatenate([np.zeros(1, dtype=np.intp), np.cumsum(counts, dtype=np.intp)])
    return Transitions(indptr, indices.astype(np.intp), rows[where, indices], rows.shape[1])


def check_dense_size(shape: Sequence[int]) -> None:
    """Refuse a dense array above `LARGEST` bytes.

    Raises
    ------
    SizeLimit
        With the size, and what to use in its place.
    """
    size = 8 * prod(shape)
    if size > LARGEST:
        raise SizeLimit(
            f"dense transitions of shape {tuple(shape)} take {size / LARGEST:.1f} GiB; at most 1 GiB is "
            "allowed. Give a SparseTransitions or a FactoredTransitions object"
        )
