"""Distributions after some time, by uniformisation (Jensen 1953; Grassmann 1977), with an error bound.

With a generator Q whose rows leave at most at rate U, P = I + Q / U is a (sub)stochastic matrix and

    p exp(Q t) = sum_k Poisson(k; U t) p P^k.

All terms are at least zero, so that nothing cancels; what is left out has at most the probability of the
Poisson tail. Cost: about U t + 8 sqrt(U t) products with the sparse generator.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array, diags_array
from scipy.special import gammaln, pdtrc

from negotiation.base.numeric import FloatArray
from negotiation.errors import InvalidGame, SizeLimit
from negotiation.game_theory.solvers.continuous.numerics import NUMERICS


class Propagated(NamedTuple):
    """Distributions at some times, and a bound of what each entry misses."""

    # (T, S): A row for each time.
    chances: FloatArray
    # Bound of the sum of what a row misses.
    error: float


def checked_years(years: float | Sequence[float] | FloatArray) -> FloatArray:
    """Return one or several times as an array that does not fall."""
    times = np.atleast_1d(np.asarray(years, dtype=np.float64))
    if times.ndim != 1 or not len(times) or not np.isfinite(times).all() or (times < 0.0).any():
        raise InvalidGame(f"years are one number or a list of them, finite and not negative; got {years!r}")
    if (np.diff(times) < 0.0).any():
        raise InvalidGame(f"years are in order of time; got {years!r}")
    return times


def propagate(generator: csr_array, begin: FloatArray, times: FloatArray) -> Propagated:
    """Return begin exp(Q t) at each of some times, from one to the next.

    Shapes: `generator` (S, S), `begin` (S,), `times` (T,).

    Examples
    --------
    >>> moves = csr_array(np.array([[-1.0, 1.0], [0.0, 0.0]]))
    >>> found = propagate(moves, np.array([1.0, 0.0]), np.array([0.0, 1.0]))
    >>> bool(abs(found.chances[1, 0] - np.exp(-1.0)) < 1e-14)
    True
    """
    fastest = float(-generator.diagonal().min()) if generator.shape[0] else 0.0
    horizon = float(times[-1])
    if fastest * horizon > NUMERICS.most_jumps:
        raise SizeLimit(
            f"{fastest * horizon:,.0f} jumps are expected over {horizon:g} years, more than "
            f"{NUMERICS.most_jumps:,.0f}. Ask for a shorter time, or for `stationary_distribution`"
        )
    chances = np.empty((len(times), len(begin)))
    now, at, error = begin.copy(), 0.0, 0.0
    size = generator.shape[0]
    step = csr_array((diags_array(np.ones(size)) + generator / (fastest or 1.0)).T)
    for k, time in enumerate(times.tolist()):
        if fastest > 0.0 and time > at:
            now, missed = _ahead(step, now, fastest * (time - at))
            error += missed
        at = time
        chances[k] = now
    return Propagated(chances, error)


def _ahead(step: csr_array, now: FloatArray, jumps: float) -> tuple[FloatArray, float]:
    """Return the distribution after a time in which so many jumps are expected, and what it misses.

    What is left out after k jumps is at most the Poisson tail times the mass that k jumps leave; the sum ends
    where that is a small share of what it has, so that small probabilities have as many digits as large ones.
    """
    counts = np.arange(int(jumps + NUMERICS.deviations * (np.sqrt(jumps) + 1.0)) + 1)
    # By logarithms: exp(-jumps) alone is zero in doubles from 745 jumps on.
    weights = np.exp(counts * np.log(jumps) - jumps - gammaln(counts + 1.0)).tolist()
    tails = pdtrc(counts, jumps).tolist()
    found, vector, missed = weights[0] * now, now, 0.0
    for weight, tail in zip(weights[1:], tails[1:], strict=True):
        vector = step @ vector
        if weight > 0.0:
            found += weight * vector
        missed = tail * float(vector.sum())
        if missed <= NUMERICS.tail * float(found.sum()):
            break
    return found, missed
