"""Ownership graphs: the stakes of entities in one another, and the coverage of the affiliates rule.

An entity is covered if it is listed, or if covered parties together own at least the threshold of it.
Coverage is the least fixed point of this rule, so entities are not covered merely because they own each
other. Stakes are added up over all covered owners, and a covered owner counts with its whole stake: stakes
are not multiplied along a chain.

`covered` takes about one sparse product for each level of ownership below the list.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from negotiation.base.numeric import KNIFE_EDGE, PROBABILITY_TOLERANCE, BoolArray, FloatArray, read_only
from negotiation.base.reading.numbers import expect_number
from negotiation.errors import InvalidOwnership


@dataclass(frozen=True, eq=False)
class OwnershipGraph:
    """Stakes of entities in one another, and which entities are listed.

    Examples
    --------
    >>> graph = OwnershipGraph.from_links([(0, 1, 0.6), (1, 2, 0.5)], listed=[True, False, False])
    >>> graph.entities, graph.links
    (3, 2)
    """

    # (n, n): `shares[owner, owned]`, the fraction in [0, 1] of `owned` that `owner` holds directly. Each
    # column sums to at most 1, and dispersed outsiders hold the rest. Stored as CSR with read-only buffers.
    shares: sparse.csr_array[np.float64, tuple[int, int]]
    # (n,): which entities are on the list. Stored as a read-only copy.
    listed: BoolArray

    def __post_init__(self) -> None:
        shares = sparse.csr_array(self.shares, copy=True).astype(np.float64)
        shares.sum_duplicates()
        shares.eliminate_zeros()
        listed = np.array(self.listed)
        _check_shapes(shares.shape, listed)
        _check_stakes(shares)
        for buffer in (shares.data, shares.indices, shares.indptr, listed):
            read_only(buffer)
        object.__setattr__(self, "shares", shares)
        object.__setattr__(self, "listed", listed)

    @classmethod
    def from_links(cls, links: Iterable[tuple[int, int, float]], listed: Iterable[bool]) -> OwnershipGraph:
        """Return the graph of some links, each an owner, an entity owned and a stake.

        `listed` has one truth value for each entity. `InvalidOwnership` is raised if a link names no entity,
        or stakes are not possible.

        Examples
        --------
        >>> covered(OwnershipGraph.from_links([(0, 2, 0.3), (1, 2, 0.2)], [True, True, False]))
        array([ True,  True,  True])
        """
        rows = tuple(links)
        truths = tuple(listed)
        marks = np.array(truths, dtype=None if truths else np.bool_)
        for owner, owned, _ in rows:
            if not (0 <= owner < marks.size and 0 <= owned < marks.size):
                raise InvalidOwnership(
                    f"the link ({owner}, {owned}) names an entity that is not in `listed`, whose length is "
                    f"{marks.size}; give one truth value for each entity, counted from 0."
                )
        owners = np.array([row[0] for row in rows], dtype=np.intp)
        owned_by = np.array([row[1] for row in rows], dtype=np.intp)
        stakes = np.array([row[2] for row in rows], dtype=np.float64)
        shape = (marks.size, marks.size)
        return cls(sparse.csr_array(sparse.coo_array((stakes, (owners, owned_by)), shape=shape)), marks)

    @property
    def entities(self) -> int:
        """Number of entities, n."""
        return int(self.listed.size)

    @property
    def links(self) -> int:
        """Number of pairs (owner, owned) with a positive stake."""
        return int(self.shares.nnz)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, OwnershipGraph):
            return NotImplemented
        return self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[tuple[int, ...], bytes, bytes, bytes]:
        owners, owned = self.shares.nonzero()
        links = np.stack([owners, owned]).astype(np.int64)
        return self.listed.shape, links.tobytes(), self.shares.data.tobytes(), self.listed.tobytes()


def covered(graph: OwnershipGraph, threshold: float = 0.5) -> BoolArray:
    """Return whether the affiliates rule covers each entity, shape (n,).

    An entity is covered if it is listed, or if covered parties own at least `threshold` of it, a fraction in
    (0, 1]. `InvalidOwnership` is raised if the threshold is outside this range.
    """
    check_threshold(threshold)
    held_by = graph.shares.T
    now = graph.listed
    while True:
        # Each sum runs over the owners in one order, so rounding is monotone and the iteration only grows.
        grown = graph.listed | (held_by @ now.astype(np.float64) >= threshold - KNIFE_EDGE)
        if np.array_equal(grown, now):
            return np.array(now)
        now = grown


def check_threshold(threshold: float) -> None:
    """Raise `InvalidOwnership` unless the threshold is a fraction in (0, 1].

    Examples
    --------
    >>> check_threshold(50.0)
    Traceback (most recent call last):
    negotiation.errors.InvalidOwnership: ownership threshold 50.0 is not in (0, 1]; ...
    """
    if not 0.0 < expect_number("ownership threshold", threshold, InvalidOwnership) <= 1.0:
        raise InvalidOwnership(
            f"ownership threshold {threshold} is not in (0, 1]; give a fraction, such as 0.5."
        )


def _check_shapes(shape: tuple[int, ...], listed: BoolArray) -> None:
    if len(shape) != 2 or shape[0] != shape[1]:
        raise InvalidOwnership(f"`shares` must be a square array, shares[owner, owned]; got shape {shape}.")
    if listed.dtype != np.bool_ or listed.shape != shape[:1]:
        raise InvalidOwnership(
            f"`listed` must be an array of truth values of shape ({shape[0]},), one for each entity; got "
            f"shape {listed.shape} and type {listed.dtype}."
        )


def _check_stakes(shares: sparse.csr_array[np.float64, tuple[int, int]]) -> None:
    owners, owned = shares.nonzero()
    wrong = np.flatnonzero(~((shares.data >= 0.0) & (shares.data <= 1.0 + PROBABILITY_TOLERANCE)))
    if wrong.size:
        k = wrong[0]
        raise InvalidOwnership(
            f"the share of entity {owners[k]} in entity {owned[k]} is {shares.data[k]}; "
            f"give a fraction in [0, 1]."
        )
    if (owners == owned).any():
        raise InvalidOwnership(
            f"entity {owners[owners == owned][0]} holds a share of itself; leave its own shares out and "
            f"give the stakes of the others as fractions of the rest."
        )
    totals: FloatArray = np.asarray(shares.sum(axis=0))
    if (totals > 1.0 + PROBABILITY_TOLERANCE).any():
        k = int(totals.argmax())
        raise InvalidOwnership(
            f"the holders of entity {k} together own {totals[k]} of it; correct their shares, which must "
            f"sum to at most 1."
        )
