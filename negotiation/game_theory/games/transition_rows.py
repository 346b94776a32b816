"""What the rows of a transition array say: which is no distribution, and where they can lead."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import numpy as np

from negotiation.base.numeric import PROBABILITY_TOLERANCE, FloatArray, IntArray, NumberArray, fraction_array


def wrong_row(
    indptr: IntArray, indices: IntArray, chances: NumberArray, states: int
) -> tuple[int, str] | None:
    """Return the first row that is no distribution over the states, and why; None where all are.

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
            entries = dict(zip(indices[part].tolist(), chances[part].tolist(), strict=True))
            total = exact[row] if chances.dtype == object else f"{sums[row]:.12g}"
            shown = ", ".join(f"{s}: {p}" for s, p in entries.items())
            return row, f"{why.format(total=total)}: {{{shown}}}"
    return None


def _exact_sums(indptr: IntArray, chances: NumberArray) -> list[Fraction]:
    """Return the exact sums of the rows; entries that are not finite count as nothing."""
    finite = np.isfinite(np.asarray(chances, dtype=np.float64))
    values = fraction_array(np.where(finite, chances, 0))
    return [sum(values[a:b].tolist(), Fraction(0)) for a, b in pairwise(indptr.tolist())]


def reachable_states(
    indptr: IntArray, indices: IntArray, floats: FloatArray, offsets: Sequence[int], start: int
) -> list[int]:
    """Return the states that some play from a start reaches with positive probability, in order.

    Examples
    --------
    >>> reachable_states(np.array([0, 1, 2]), np.array([1, 1]), np.ones(2), [0, 1, 2], 0)
    [0, 1]
    """
    frontier, found = [start], {start}
    while frontier:
        s = frontier.pop()
        part = slice(indptr[offsets[s]], indptr[offsets[s + 1]])
        new = set(indices[part][floats[part] > 0].tolist()) - found
        frontier.extend(new)
        found |= new
    return sorted(found)
