"""Rates at which the state of a game in continuous time moves by itself, in compressed rows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import PROBABILITY_TOLERANCE, FloatArray, IntArray, read_only
from negotiation.errors import InvalidRate, SizeLimit
from negotiation.game_theory.games.kinds import no_array
from negotiation.game_theory.games.numerics import NUMERICS


class NatureRates(NamedTuple):
    """Rates of nature; of state s from `indptr[s]` up to `indptr[s + 1]`, none on the diagonal."""

    # (S + 1,): where the moves from each state begin.
    indptr: IntArray
    # (K,): where they lead.
    targets: IntArray
    # (K,): how often a year; positive.
    rates: FloatArray

    @property
    def sources(self) -> IntArray:
        """The state of each move, shape (K,)."""
        found: IntArray = np.repeat(np.arange(len(self.indptr) - 1, dtype=np.intp), np.diff(self.indptr))
        return found


def nature_rates(given: object, n_states: int) -> NatureRates:
    """Return rates given as a dense or as a sparse matrix; None is no nature.

    Shapes: `given` (S, S), or None.

    Examples
    --------
    >>> nature_rates([[-2.0, 2.0], [0.0, 0.0]], 2).rates.tolist()
    [2.0]
    """
    if isinstance(given, NatureRates):
        given = (given.sources, given.targets, given.rates)
    if given is None:
        sources, targets, rates = np.empty(0, np.intp), np.empty(0, np.intp), np.empty(0)
    elif isinstance(given, tuple) and len(given) == 3 and all(hasattr(part, "dtype") for part in given):
        sources, targets, rates = given
    else:
        sources, targets, rates = _entries(given, n_states)
    if not np.isfinite(rates).all():
        raise InvalidRate(f"rates of nature are finite; got {rates[~np.isfinite(rates)][0]}")
    own = sources == targets
    if (rates[~own] < 0.0).any():
        k = int(np.flatnonzero(~own & (rates < 0.0))[0])
        raise InvalidRate(
            f"rates of nature are not negative; from state {sources[k]} to {targets[k]} it is {rates[k]:g}"
        )
    leaves = np.bincount(sources[~own], rates[~own], n_states)
    diagonal = np.bincount(sources[own], rates[own], n_states)
    wrong = (diagonal != 0.0) & (abs(diagonal + leaves) > PROBABILITY_TOLERANCE * leaves)
    if wrong.any():
        s = int(np.argmax(wrong))
        raise InvalidRate(
            f"the diagonal of nature is 0, or minus the sum of the row; in state {s} it is {diagonal[s]:g} "
            f"and the others sum to {leaves[s]:g}"
        )
    kept = ~own & (rates > 0.0)
    order = np.argsort(sources[kept], kind="stable")
    counts = np.bincount(sources[kept], minlength=n_states)
    indptr = np.concatenate([np.zeros(1, np.intp), np.cumsum(counts, dtype=np.intp)])
    found = NatureRates(indptr, targets[kept][order].astype(np.intp), rates[kept][order].astype(np.float64))
    read_only(*found)
    return found


def _entries(given: object, n_states: int) -> tuple[IntArray, IntArray, FloatArray]:
    """Return the rows, columns and values of a matrix."""
    shape = getattr(given, "shape", None)
    if hasattr(given, "tocsr"):  # any of SciPy's sparse forms, without SciPy on this floor
        if shape != (n_states, n_states):
            raise InvalidRate(f"nature has a rate for each pair of {n_states} states; got shape {shape}")
        rows = given.tocsr()
        sources = np.repeat(np.arange(n_states, dtype=np.intp), np.diff(rows.indptr))
        return sources, rows.indices.astype(np.intp), np.asarray(rows.data, dtype=np.float64)
    size = 8 * n_states * n_states
    if size > NUMERICS.most_dense_bytes:
        raise SizeLimit(f"a dense nature of {n_states:,} states takes {size:,} bytes; give a sparse matrix")
    try:
        dense = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidRate(f"nature is a matrix of rates, dense or sparse: {no_array(error)}") from None
    if dense.shape != (n_states, n_states):
        raise InvalidRate(f"nature has a rate for each pair of {n_states} states; got shape {dense.shape}")
    sources, targets = np.nonzero(dense)
    return sources, targets, dense[sources, targets]
