"""Transition probabilities of stochastic games, in dense, sparse or factored form.

Every form gives the same compressed rows: for each state and action profile (row-major within the state) the
next states and their probabilities. Solvers read only these rows, whatever the form. In factored form the
state has parts that change independently. Users may pass any of the forms as `transitions` of a
`StochasticGame`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import prod
from operator import index

import numpy as np
import numpy.typing as npt

from negotiation.base.numeric import (
    PROBABILITY_TOLERANCE,
    FloatArray,
    IntArray,
    Number,
    NumberArray,
    ObjectArray,
    fraction_array,
    is_exact,
    read_only,
)
from negotiation.errors import InvalidProbabilities, SizeLimit
from negotiation.game_theory.games.kinds import no_array
from negotiation.game_theory.games.monitoring import probability_arrays
from negotiation.game_theory.games.numerics import NUMERICS


@dataclass(frozen=True, eq=False)
class Transitions:
    """Transition probabilities as compressed sparse rows, one row for each state and action profile.

    Row r has the next states `indices[indptr[r]:indptr[r + 1]]`, with the `probabilities` at the same places.
    Rows run over states and, within a state, over action profiles in row-major order. Shapes: `indptr`
    (rows + 1,), `indices` and `probabilities` (entries,).

    Examples
    --------
    >>> stay = Transitions.dense([[[[1, 0]]], [[[0, 1]]]])
    >>> stay.n_rows, stay.row(1)[0].tolist()
    (2, [1])
    """

    indptr: IntArray
    # Positions of the states that follow.
    indices: IntArray
    # Floats, or `Fraction` objects where all were given as integers or fractions.
    probabilities: NumberArray
    n_states: int

    def __post_init__(self) -> None:
        read_only(self.indptr, self.indices, self.probabilities)

    @classmethod
    def dense(cls, array: npt.ArrayLike) -> Transitions:
        """Return the transitions of a dense array, shape (S, n_1, ..., n_N, S)."""
        shape = np.shape(array)
        check_dense_size(shape)
        floats, exact = probability_arrays(array, "transitions, by state and action positions")
        if len(shape) < 3 or shape[0] != shape[-1]:
            raise InvalidProbabilities(
                "transitions must have the shape (S, n_1, ..., n_N, S), with the state first and the next "
                f"state last; got shape {shape}"
            )
        given: NumberArray = floats if exact is None else exact
        return _compressed(given.reshape(-1, shape[0]))

    @classmethod
    def unchecked(cls, array: npt.ArrayLike) -> Transitions:
        """Return a dense array, shape (S, n_1, ..., n_N, S), as rows that may not yet be distributions."""
        check_dense_size(np.shape(array))
        try:
            source = np.asarray(array)
            if source.dtype.kind not in "biufO":
                raise TypeError(f"its entries are of type {source.dtype.type.__name__}")
            given: NumberArray = (
                np.asarray(source, dtype=np.float64) if source.dtype.kind == "f" else fraction_array(source)
            )
            given.astype(np.float64)  # refuses what no double holds
        except (TypeError, ValueError, OverflowError) as error:
            raise InvalidProbabilities(
                f"transitions must be an array of numbers: {no_array(error)}"
            ) from None
        return _compressed(given.reshape(-1, given.shape[-1]))

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
        """Return the rows as a dense array, shape (rows, S)."""
        check_dense_size((self.n_rows, self.n_states))
        full: NumberArray = np.zeros((self.n_rows, self.n_states), dtype=self.probabilities.dtype)
        rows = np.repeat(np.arange(self.n_rows), np.diff(self.indptr))
        full[rows, self.indices] = self.probabilities
        return full


def _compressed(rows: NumberArray) -> Transitions:
    where, indices = np.nonzero(rows)
    counts = np.bincount(where, minlength=len(rows))
    indptr = np.concatenate([np.zeros(1, dtype=np.intp), np.cumsum(counts, dtype=np.intp)])
    return Transitions(indptr, indices.astype(np.intp), rows[where, indices], rows.shape[1])


def check_dense_size(shape: Sequence[int]) -> None:
    """Raise `SizeLimit` if a dense array of this shape takes more than `NUMERICS.most_dense_bytes` bytes."""
    size = 8 * prod(shape)
    if size > NUMERICS.most_dense_bytes:
        raise SizeLimit(
            f"dense transitions of shape {tuple(shape)} take {size / 2**30:.1f} GiB; at most "
            f"{NUMERICS.most_dense_bytes >> 30} GiB is allowed. "
            "Give a SparseTransitions or a FactoredTransitions object"
        )


class SparseTransitions(Transitions):
    """Transitions given row by row: the next states and their probabilities.

    `rows` has a mapping from positions of next states to probabilities for each state and action profile.
    Rows run over states and, within a state, over its action profiles in row-major order. `n_states` is the
    number of states.

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
    """Return `indptr`, `indices` and probabilities of rows given as mappings; rational if all numbers are."""
    try:
        positions = [index(s) for row in rows for s in row]
        flat = [p for row in rows for p in row.values()]
        rational = all(is_exact(p) for p in flat)
        chances: NumberArray = fraction_array(np.array(flat, dtype=object)) if rational else _floats(flat)
    except (AttributeError, TypeError, ValueError, OverflowError) as error:
        raise InvalidProbabilities(
            f"each row of the transitions must map positions of states to probabilities: {error}"
        ) from None
    counts = np.array([0, *(len(row) for row in rows)], dtype=np.intp)
    return np.cumsum(counts, dtype=np.intp), np.array(positions, dtype=np.intp), chances


def _floats(values: Sequence[Number]) -> FloatArray:
    if any(isinstance(value, str) for value in values):
        raise TypeError("got text for a probability")
    return np.array([float(value) for value in values], dtype=np.float64)


class FactoredTransitions(Transitions):
    """Transitions of a state with parts that change independently, given the state and the actions.

    `parts[k][x, a, y]` is the probability that part k changes from value x to y after action profile a, with
    profiles in row-major order. States are numbered by their parts in row-major order, with the last part
    varying fastest. Shapes: part k (m_k, A, m_k), for A action profiles.

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
                "`parts` must be at least one, all with the same number of action profiles; got "
                f"{len(arrays)}, with {sorted(profiles)} profiles"
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
            raise InvalidProbabilities(
                f"part {k} of the state must have the shape (m, A, m), for m values and A action profiles; "
                f"got shape {array.shape}"
            )
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


def wrong_row(
    indptr: IntArray, indices: IntArray, chances: NumberArray, states: int
) -> tuple[int, str] | None:
    """Return the position of a row that is not a distribution over the states, and why; None if all are.

    If several rows are wrong, the result is the first one with the gravest kind of fault.

    Examples
    --------
    >>> wrong_row(np.array([0, 1, 2]), np.array([0, 1]), np.array([1.0, 0.5]), 2)
    (1, 'sums to 0.5, not 1: {1: 0.5}')
    """
    owner = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
    floats = np.asarray(chances, dtype=np.float64)
    sums = np.bincount(owner, floats, minlength=len(indptr) - 1)
    outside = (indices < 0) | (indices >= states)
    negative = ~(np.isfinite(floats) & (floats >= 0))
    # Row and state as one number: a state that a row names twice stands beside itself.
    keys = np.sort(owner * states + np.where(outside, 0, indices))
    twice = keys[1:][keys[1:] == keys[:-1]] // max(states, 1)
    if chances.dtype == object:
        exact = _exact_sums(indptr, chances)
        off = np.array([total != 1 for total in exact], dtype=bool)
    else:
        off = ~(np.abs(sums - 1.0) <= PROBABILITY_TOLERANCE)
    # The gravest fault first, and of each the first row.
    for rows, why in (
        (owner[outside], f"names a state that is not among 0 to {states - 1}"),
        (owner[negative], "has a probability that is negative or not finite"),
        (np.flatnonzero(off), "sums to {total}, not 1"),
        (twice, "names a state twice"),
    ):
        if len(rows):
            row = int(rows.min())
            part = slice(indptr[row], indptr[row + 1])
            entries = [*zip(indices[part].tolist(), chances[part].tolist(), strict=True)]
            total = exact[row] if chances.dtype == object else f"{sums[row]:.12g}"
            shown = ", ".join(f"{s}: {p}" for s, p in entries[:8]) + ", ..." * (len(entries) > 8)
            return row, f"{why.format(total=total)}: {{{shown}}}"
    return None


def _exact_sums(indptr: IntArray, chances: NumberArray) -> list[Fraction]:
    """Return the exact sums of the rows; entries that are not finite count as zero."""
    finite = np.isfinite(np.asarray(chances, dtype=np.float64))
    values = fraction_array(np.where(finite, chances, 0))
    return [sum(values[a:b].tolist(), Fraction(0)) for a, b in pairwise(indptr.tolist())]


def reachable_states(
    indptr: IntArray, indices: IntArray, floats: FloatArray, offsets: Sequence[int], start: int
) -> list[int]:
    """Return the positions of states that some play from `start` reaches with positive probability.

    `indptr`, `indices` and `floats` are the compressed rows of `Transitions`, and `offsets` has the position
    of the first row of each state. The result is in ascending order.

    Examples
    --------
    >>> reachable_states(np.array([0, 1, 2]), np.array([1, 1]), np.ones(2), [0, 1, 2], 0)
    [0, 1]
    """
    frontier, reached = [start], {start}
    while frontier:
        s = frontier.pop()
        part = slice(indptr[offsets[s]], indptr[offsets[s + 1]])
        new = set(indices[part][floats[part] > 0].tolist()) - reached
        frontier.extend(new)
        reached |= new
    return sorted(reached)
