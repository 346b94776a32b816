"""Distributions after some time, by uniformisation (Jensen 1953; Grassmann 1977), with an error bound.

If play leaves each state at rate U or less, P = I + Q / U is a (sub)stochastic matrix for the generator Q,
and

    p exp(Q t) = sum_k Poisson(k; U t) p P^k.

No term is negative, so nothing cancels, and the truncated mass is at most the probability of the Poisson
tail. The error bound includes the rounding of each step, which is relative. Cost: about U t + 8 sqrt(U t)
products with the sparse generator.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array, diags_array

from negotiation.base.numeric import FloatArray
from negotiation.errors import InvalidGame, SizeLimit, shown
from negotiation.game_theory.solvers.continuous.numerics import NUMERICS


class Uniformised(NamedTuple):
    """A generator as a chain in discrete time, with the number of jumps per year."""

    # (S, S): the transpose of P, from the state in the column to the state in the row.
    step: csr_array
    # U, the number of jumps per year.
    fastest: float
    # Bound on the rounding error of one jump.
    rounding: float


class Propagated(NamedTuple):
    """Distributions at some times, and a bound on their error."""

    # (T, S): a row for each time.
    chances: FloatArray
    # Bound on the total error of a row, including rounding.
    error: float


def checked_years(years: float | Sequence[float] | FloatArray) -> FloatArray:
    """Return one or several times as an array, or raise unless they are finite, not negative, ascending."""
    try:
        times = np.atleast_1d(np.asarray(years, dtype=np.float64))
    except (TypeError, ValueError, OverflowError):
        times = np.empty(0)
    if times.ndim != 1 or not len(times) or not np.isfinite(times).all() or (times < 0.0).any():
        raise InvalidGame(
            f"years must be one number or a list of them, finite and not negative; got {shown(years)}"
        )
    if (np.diff(times) < 0.0).any():
        raise InvalidGame(f"years must be in ascending order; got {shown(years)}")
    return times


def uniformised(generator: csr_array, terms: int) -> Uniformised:
    """Return a generator as a chain in discrete time; each rate is a sum of at most `terms` products.

    Shapes: `generator` (S, S).
    """
    fastest = float(-generator.diagonal().min(initial=0.0))
    step = csr_array((diags_array(np.ones(generator.shape[0])) + generator / (fastest or 1.0)).T)
    # In units of eps / 2: 2 terms + 3 for the entries of P, one for each entry of a row in a product with P,
    # and 9 for the time, the weight and the sum.
    entries = int(np.diff(step.indptr).max(initial=0))
    return Uniformised(step, fastest, float(np.finfo(np.float64).eps) * (terms + 0.5 * entries + 6.0))


def expect_jumps(jumps: float, time: str, instead: str) -> None:
    """Raise `SizeLimit` if more jumps are expected in a time than can be computed."""
    if jumps > NUMERICS.most_jumps:
        raise SizeLimit(
            f"{jumps:,.0f} jumps are expected {time}, more than {NUMERICS.most_jumps:,.0f}. Ask for {instead}"
        )


def propagate(chain: Uniformised, begin: FloatArray, times: FloatArray, *, each: bool = False) -> Propagated:
    """Return begin exp(Q t) at each of some times; with `each`, every entry has relative accuracy.

    The times must not decrease.

    Shapes: `begin` (S,), `times` (T,).

    Examples
    --------
    >>> chain = uniformised(csr_array(np.array([[-1.0, 1.0], [0.0, 0.0]])), terms=1)
    >>> found = propagate(chain, np.array([1.0, 0.0]), np.array([0.0, 1.0]))
    >>> bool(abs(found.chances[1, 0] - np.exp(-1.0)) < 1e-14)
    True
    """
    horizon = float(times[-1])
    instead = "a shorter time, or for `stationary_distribution`"
    expect_jumps(chain.fastest * horizon, f"over {horizon:g} years", instead)
    chances = np.empty((len(times), len(begin)))
    now, at, error = begin.copy(), 0.0, 0.0
    for k, time in enumerate(times.tolist()):
        if chain.fastest > 0.0 and time > at:
            now, missed = _ahead(chain, now, chain.fastest * (time - at), each)
            error += missed
        at = time
        chances[k] = now
    return Propagated(chances, error)


def _ahead(chain: Uniformised, now: FloatArray, jumps: float, each: bool) -> tuple[FloatArray, float]:
    """Return the distribution after a time with `jumps` expected jumps, and a bound on its total error.

    The remainder after k jumps is at most the Poisson tail times the mass after k jumps. The sum ends when
    this bound is a small share of the sum so far or, with `each`, of the smallest entry for a state that can
    be reached.
    """
    deviations = NUMERICS.rarest if each else NUMERICS.deviations
    shares = poisson(jumps, int(jumps + deviations * (np.sqrt(jumps) + 1.0)) + 1)
    tails = [*np.cumsum(shares[::-1])[::-1].tolist()[1:], 0.0]
    distribution, vector, missed = shares[0] * now, now, 0.0
    reached = np.count_nonzero(distribution)
    for share, tail in zip(shares[1:].tolist(), tails[1:], strict=True):
        vector = chain.step @ vector
        if share > 0.0:
            distribution += share * vector
        missed, least = tail * float(vector.sum()), float(distribution.sum())
        if each:
            # If one jump reaches no new state, later jumps do not either.
            before, reached = reached, np.count_nonzero(distribution)
            if reached > before:
                continue
            least = max(float(distribution[distribution > 0.0].min(initial=1.0)), NUMERICS.smallest)
        if missed <= NUMERICS.tail * least:
            break
    # Rounding for all terms, including those left out, because callers sum over states, which rounds too.
    return distribution, missed + chain.rounding * len(shares)


def poisson(jumps: float, count: int) -> FloatArray:
    """Return the probabilities of 0, 1, ... jumps, given the expected number, shape (count,); they sum to 1.

    The recursion starts from the most likely number, so rounding grows only with the distance from it (Fox
    and Glynn 1988).
    """
    mode = min(int(jumps), count - 1)
    below = np.cumprod(np.arange(mode, 0, -1) / (jumps or 1.0))[::-1]
    above = np.cumprod(jumps / np.arange(mode + 1, count))
    weights = np.concatenate([below, np.ones(1), above])
    shares: FloatArray = weights / weights.sum()
    return shares
