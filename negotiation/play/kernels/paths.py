"""Compiled play of an automaton: single paths, and many runs to an event.

Random numbers are SplitMix64 (Steele, Lea and Flood 2014): each run has its own seed, so that runs can be
split over processes, in any order, and give the same numbers to the bit.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from negotiation.numeric import BoolArray, FloatArray, IntArray

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
FIRST = np.uint64(0xBF58476D1CE4E5B9)
SECOND = np.uint64(0x94D049BB133111EB)
THIRTY, TWENTY_SEVEN, THIRTY_ONE, ELEVEN = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
UNIT = 1.0 / 9007199254740992.0


@njit(cache=True, inline="always")
def uniform(state: np.uint64) -> tuple[np.uint64, float]:
    """Return the next state of the generator and a uniform number in [0, 1) with 53 bits."""
    state = state + GOLDEN
    z = state
    z = (z ^ (z >> THIRTY)) * FIRST
    z = (z ^ (z >> TWENTY_SEVEN)) * SECOND
    z = z ^ (z >> THIRTY_ONE)
    return state, (z >> ELEVEN) * UNIT


@njit(cache=True, inline="always")
def pick(cumulative: FloatArray, u: float) -> int:
    """Return the first position whose cumulative probability exceeds u."""
    k = 0
    while u >= cumulative[k]:
        k += 1
    return k


@njit(cache=True)
def path(
    seed: np.uint64,
    periods: int,
    start: FloatArray,
    seen: FloatArray,
    after: IntArray,
    chance: FloatArray,
    states: IntArray,
    signals: IntArray,
) -> None:
    """Fill the states and signals of one play."""
    generator, u = uniform(seed)
    state = pick(start, u)
    for t in range(periods):
        states[t] = state
        generator, u = uniform(generator)
        signal = pick(seen[state], u)
        signals[t] = signal
        generator, u = uniform(generator)
        state = after[state, signal, pick(chance[state, signal], u)]


@njit(cache=True)
def times_to_event(
    seeds: npt.NDArray[np.uint64],
    periods: int,
    start: FloatArray,
    seen: FloatArray,
    after: IntArray,
    chance: FloatArray,
    ending: BoolArray,
    ringing: BoolArray,
    times: IntArray,
) -> None:
    """Fill the period, from 1, in which each run meets the event; 0 if it begins in it, -1 if never met."""
    for run in range(len(seeds)):
        generator, u = uniform(seeds[run])
        state = pick(start, u)
        times[run] = -1
        if ending[state]:
            times[run] = 0
            continue
        single = after.shape[2] == 1
        for t in range(periods):
            generator, u = uniform(generator)
            signal = pick(seen[state], u)
            if ringing[signal]:
                times[run] = t + 1
                break
            if single:
                state = after[state, signal, 0]
            else:
                generator, u = uniform(generator)
                state = after[state, signal, pick(chance[state, signal], u)]
            if ending[state]:
                times[run] = t + 1
                break
