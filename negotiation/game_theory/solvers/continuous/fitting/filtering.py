"""The forward algorithm on many pieces of paths at once, with its derivative from a backward pass.

A piece begins at a known distribution over states. Each of its steps is a time in which nothing is observed,
followed by an observation: an event, a state, both or neither. Let the row vector p be the distribution
before a step, M the matrix of the step, and the column vector b the likelihood of all later observations by
state. The derivative of the log likelihood by the entries of M is p' b' / (p M b). For a time in which
nothing is observed, M is the sum over k of w_k P^k, with the Poisson weights w_k of uniformisation and the
matrix P of moves that are not observed, and

    d [sum_k w_k p P^k b] / dP = sum_j (p P^j)' (beta_{j+1})',   beta_j = w_j b + P beta_{j+1}.

The forward pass keeps the distribution before each step as a checkpoint, and the vectors p P^j if there is
memory for them. Otherwise they are computed again, one step at a time. Cost: a forward pass, and two to three
times as much for the backward pass, for any number of parameters.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import csr_array, diags_array

from negotiation.base.numeric import BoolArray, FloatArray, IntArray
from negotiation.game_theory.solvers.continuous.kernels.path_slopes import add_slopes
from negotiation.game_theory.solvers.continuous.numerics import NUMERICS
from negotiation.game_theory.solvers.continuous.uniformisation import expect_jumps


class Steps(NamedTuple):
    """The steps of C pieces, the n-th of each in row n; short pieces end with steps of no duration."""

    # (S, C): the distribution with which each piece begins.
    begins: FloatArray
    # (L, C): years in which nothing is observed.
    waits: FloatArray
    # (L, C): position of the event that is observed then, -1 for none.
    events: IntArray
    # (L, C): position of the state that is observed then, -1 for none.
    states: IntArray


class Rates(NamedTuple):
    """The sources, targets and rates of options and nature, and which of them are observed."""

    # (K,): by option or move of nature; `shows` is the position of the event, -1 if it is not observed.
    sources: IntArray
    targets: IntArray
    rates: FloatArray
    shows: IntArray
    n_states: int


class Trace(NamedTuple):
    """The terms of a time without observations: p exp(Q t), the vectors p P^j and their weights."""

    # (S, C)
    found: FloatArray
    vectors: list[FloatArray]
    # (C,) each; the time itself if no move is unobserved.
    weights: list[FloatArray]


class Quiet:
    """The process in times without observations: the generator without all observable moves."""

    def __init__(self, rates: Rates) -> None:
        self.rates = rates
        moved, seen = rates.sources != rates.targets, rates.shows >= 0
        # Which rates change the state unobserved, and which change it or are observed.
        self.passing, self.counted = moved & ~seen, moved | seen
        self.leaves: FloatArray = np.zeros(rates.n_states)
        np.add.at(self.leaves, rates.sources[self.counted], rates.rates[self.counted])
        self.still = not self.passing.any()
        self.fastest = float(self.leaves.max(initial=0.0)) or 1.0
        step = diags_array(1.0 - self.leaves / self.fastest) + self._matrix(self.passing) / self.fastest
        self.forth, self.back = self._quick(step.T), self._quick(step)
        self._shown: dict[int, tuple[Any, Any, BoolArray]] = {}

    def shown(self, event: int) -> tuple[Any, Any, BoolArray]:
        """Return an event's transposed rates, its rates, (S, S) each, and where it may occur, (S,)."""
        if event not in self._shown:
            by = self.rates.shows == event
            moved, where = self._matrix(by), np.zeros(self.rates.n_states, dtype=np.bool_)
            where[self.rates.sources[by]] = True
            self._shown[event] = self._quick(moved.T), self._quick(moved), where
        return self._shown[event]

    def _matrix(self, kept: BoolArray) -> csr_array:
        rates = self.rates
        place = (rates.sources[kept], rates.targets[kept])
        return csr_array((rates.rates[kept], place), shape=(rates.n_states, rates.n_states))

    def _quick(self, matrix: Any) -> Any:
        """Return a matrix in the form, dense or sparse, in which its products are faster."""
        return matrix.toarray() if self.rates.n_states <= NUMERICS.dense_filter else csr_array(matrix)

    def trace(self, begin: FloatArray, waits: FloatArray, needed: BoolArray) -> Trace:
        """Return `begin` times exp(Q t) column by column, with t in `waits`, and the terms of the sum.

        The sum ends when the remainder is a small share of the probability, however small, of each `needed`
        state, from which the next observation is possible. After j jumps, with lambda expected, the remainder
        is at most weight_{j+1} / (1 - lambda / (j + 2)).

        Shapes: `begin` and `needed` (S, C), `waits` (C,).
        """
        if self.still:
            return Trace(begin * np.exp(-self.leaves[:, None] * waits), [begin], [waits])
        jumps = self.fastest * waits
        weight, vector = np.exp(-jumps), begin
        found, vectors, weights = weight * begin, [begin], [weight]
        reached, most = np.count_nonzero(found), float(jumps.max(initial=0.0))
        while True:
            j = len(weights)
            weight, vector = weight * (jumps / j), self.forth @ vector
            found += weight * vector
            vectors.append(vector)
            weights.append(weight)
            before, reached = reached, np.count_nonzero(found)
            # If one jump reaches no new state, later jumps do not either.
            if j + 1 < most or (reached > before and not (found > 0.0)[needed].all()):
                continue
            missed = weight * jumps / (j + 1) / (1.0 - jumps / (j + 2)) * vector.sum(axis=0)
            least = np.where(needed & (found > 0.0), found, np.inf).min(axis=0)
            if (missed <= NUMERICS.tail * np.maximum(least, NUMERICS.smallest)).all():
                return Trace(found, vectors, weights)

    def behind(self, trace: Trace, after: FloatArray, slopes: FloatArray) -> FloatArray:
        """Return exp(Q t) times `after`, and add the derivative of begin exp(Q t) after by rates to `slopes`.

        Shapes: `after` (S, C), `slopes` (K, C).
        """
        rates, vectors, weights = self.rates, trace.vectors, trace.weights
        if self.still:
            slopes -= self.counted[:, None] * (weights[0] * trace.found * after)[rates.sources]
            ahead: FloatArray = np.exp(-self.leaves[:, None] * weights[0]) * after
            return ahead
        passing = self.passing
        place = rates.sources[passing], rates.targets[passing]
        gained, stayed = np.zeros((len(place[0]), after.shape[1])), np.zeros(after.shape)
        beta = weights[-1] * after
        for vector, weight in zip(vectors[-2::-1], weights[-2::-1], strict=True):
            # The first vector may be a broadcast column, with a different memory layout.
            add_slopes(*place, np.ascontiguousarray(vector), beta, gained)
            stayed += vector * beta
            beta = weight * after + self.back @ beta
        slopes[passing] += gained / self.fastest
        slopes -= self.counted[:, None] * stayed[rates.sources] / self.fastest
        return beta


def in_pieces(quiet_jumps: float) -> int:
    """Return the number of steps into which to divide a time, given its expected number of jumps."""
    expect_jumps(quiet_jumps, "between two rows", "the likelihood of a shorter path")
    return max(1, int(np.ceil(quiet_jumps / NUMERICS.most_quiet_jumps)))


def _split(steps: Steps, fastest: float) -> Steps:
    """Return steps that are short enough for all probabilities to be representable as doubles."""
    counts = np.array(
        [in_pieces(fastest * float(row.max(initial=0.0))) for row in steps.waits], dtype=np.intp
    )
    last = np.cumsum(counts) - 1
    waits = np.repeat(steps.waits / counts[:, None], counts, axis=0)
    events, states = np.full(waits.shape, -1), np.full(waits.shape, -1)
    events[last], states[last] = steps.events, steps.states
    return Steps(steps.begins, waits, events, states)


def _needed(quiet: Quiet, events: IntArray, states: IntArray) -> BoolArray:
    """Return the states from which the next observation of each piece is possible, shape (S, C)."""
    found: BoolArray = (states < 0) | (np.arange(quiet.rates.n_states)[:, None] == states)
    for event in np.unique(events[events >= 0]).tolist():
        found[:, events == event] = quiet.shown(event)[2][:, None]
    return found


def _seen(quiet: Quiet, before: FloatArray, events: IntArray, states: IntArray, *, back: bool) -> FloatArray:
    """Return distributions after an observation or, with `back`, the vectors before it.

    Shapes: `before` (S, C), `events` and `states` (C,).
    """
    found = before.copy()

    def at_states() -> None:
        """Set to zero, in place, all states other than the observed ones."""
        known = np.flatnonzero(states >= 0)
        kept = found[states[known], known]
        found[:, known] = 0.0
        found[states[known], known] = kept

    # Forward, the event comes first and the state is observed after it.
    if back:
        at_states()
    for event in np.unique(events[events >= 0]).tolist():
        who = events == event
        found[:, who] = quiet.shown(event)[back] @ found[:, who]
    if not back:
        at_states()
    return found


class Passed(NamedTuple):
    """The results of a forward pass that the backward pass needs."""

    # (C,): the log likelihood of each piece, minus infinity where it cannot happen.
    logs: FloatArray
    # (S, C) each: the distributions before each step.
    kept: list[FloatArray]
    # The trace of each step if it was to be kept and memory allowed it, otherwise None.
    traces: list[Trace | None]
    steps: Steps


def forward(quiet: Quiet, steps: Steps, *, keep: bool = False) -> Passed:
    """Return the log likelihood of each piece, and what the backward pass needs."""
    steps = _split(steps, quiet.fastest)
    now, logs = steps.begins, np.zeros(steps.waits.shape[1])
    kept: list[FloatArray] = []
    traces: list[Trace | None] = []
    room = NUMERICS.powers_kept if keep else 0
    for waits, events, states in zip(steps.waits, steps.events, steps.states, strict=True):
        kept.append(now)
        trace = quiet.trace(now, waits, _needed(quiet, events, states))
        room -= len(trace.vectors) * now.size
        traces.append(trace if room > 0 else None)
        after = _seen(quiet, trace.found, events, states, back=False)
        mass = after.sum(axis=0)
        with np.errstate(divide="ignore"):
            logs += np.log(mass)
        now = after / np.where(mass > 0.0, mass, 1.0)
    return Passed(logs, kept, traces, steps)


def backward(quiet: Quiet, passed: Passed) -> FloatArray:
    """Return the derivative of the log likelihood of each piece by each rate, shape (K, C)."""
    rates, steps = quiet.rates, passed.steps
    slopes = np.zeros((len(rates.rates), steps.waits.shape[1]))
    ahead = np.ones(steps.begins.shape)
    for begin, trace, waits, events, states in zip(
        passed.kept[::-1],
        passed.traces[::-1],
        steps.waits[::-1],
        steps.events[::-1],
        steps.states[::-1],
        strict=True,
    ):
        seen = _seen(quiet, ahead, events, states, back=True)
        # Scaled so that p M b is 1: slopes of the likelihood are then slopes of its logarithm.
        trace = trace or quiet.trace(begin, waits, _needed(quiet, events, states))
        quietly = trace.found
        scale = (quietly * seen).sum(axis=0)
        ahead, seen = ahead / scale, seen / scale
        for event in np.unique(events[events >= 0]).tolist():
            who = np.flatnonzero(events == event)
            by = np.flatnonzero(rates.shows == event)
            looked = ahead[:, who]
            hidden = (states[who] >= 0) & (np.arange(rates.n_states)[:, None] != states[who])
            looked = np.where(hidden, 0.0, looked)
            slopes[np.ix_(by, who)] += quietly[np.ix_(rates.sources[by], who)] * looked[rates.targets[by]]
        ahead = quiet.behind(trace, seen, slopes)
    return slopes
