"""Compiled play of an automaton from which nobody departs.

Random numbers are SplitMix64 (Steele, Lea and Flood 2014), whose whole state is one integer: the same seed
gives the same play to the bit on every machine.
"""

from __future__ import annotations

import numpy as np

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.game_theory.compiling import njit
from negotiation.game_theory.play.tables import PlayTables

# The constants of SplitMix64: its increment, its two multipliers and its shifts.
GOLDEN = np.uint64(0x9E3779B97F4A7C15)
FIRST = np.uint64(0xBF58476D1CE4E5B9)
SECOND = np.uint64(0x94D049BB133111EB)
THIRTY, TWENTY_SEVEN, THIRTY_ONE, ELEVEN = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
UNIT = 1.0 / 9007199254740992.0  # 2^-53: what is left of 64 bits after a shift by 11


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
def path(seed: np.uint64, tables: PlayTables, states: IntArray, signals: IntArray) -> None:
    """Fill the states and signals of one play, as many periods as there is room for."""
    generator, u = uniform(seed)
    state = pick(tables.start, u)
    for t in range(len(states)):
        states[t] = state
        # One number for the signal and one for the state after it in each period, also where either is
        # certain: the same seed is then the same play, whatever is mixed.
        generator, u = uniform(generator)
        signal = pick(tables.seen[state], u)
        signals[t] = signal
        generator, u = uniform(generator)
        state = tables.after[state, signal, pick(tables.chance[state, signal], u)]
