"""Compiled play: of an automaton from which nobody departs, and of moves in continuous time.

Random numbers come from SplitMix64 (Steele, Lea and Flood 2014), whose whole state is one integer. The same
seed gives the same play to the bit on every machine.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

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
    """Fill two arrays of equal length with the states and signals of one play, one entry per period."""
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


class MoveTables(NamedTuple):
    """Rates of makers and of nature, and the makers' options with cumulative probabilities.

    Options are ordered by maker and, within a maker, by state. Shapes for M makers, S states, K options and L
    moves of nature: `rates` (M, S); `indptr` (M S + 1,); `cumulative`, `targets` and `shows` (K,);
    `nature_indptr` (S + 1,); `nature_targets` and `nature_rates` (L,).
    """

    rates: FloatArray
    indptr: IntArray
    cumulative: FloatArray
    targets: IntArray
    shows: npt.NDArray[np.bool_]
    nature_indptr: IntArray
    nature_targets: IntArray
    nature_rates: FloatArray


class Drawn(NamedTuple):
    """Arrays for the moves of a path: time, mover (the number of makers for nature), option, next state."""

    times: FloatArray
    makers: IntArray
    options: IntArray
    states: IntArray


@njit(cache=True)
def draw_moves(seed: np.uint64, tables: MoveTables, start: int, years: float, drawn: Drawn) -> int:
    """Fill a path with the moves that change the state or show an event, and return their number.

    Moves beyond the room in `drawn` are counted, but not stored.
    """
    n_makers, n_states = tables.rates.shape
    generator, state, now, count = seed, start, 0.0, 0
    while True:
        # The time to the next move of anybody is exponential with the sum of all rates; who it was is drawn
        # in proportion to them (Gillespie 1977).
        total = tables.rates[:, state].sum()
        first, last = tables.nature_indptr[state], tables.nature_indptr[state + 1]
        total += tables.nature_rates[first:last].sum()
        if total <= 0.0:
            return count
        generator, u = uniform(generator)
        # u < 1, so that the logarithm is finite.
        now -= np.log(1.0 - u) / total
        if now > years:
            return count
        generator, u = uniform(generator)
        left, maker, option = u * total, 0, -1
        # What is left of u times the sum when rates are taken off one by one says whose move it is, and then
        # which of nature's.
        while maker < n_makers and left >= tables.rates[maker, state]:
            left -= tables.rates[maker, state]
            maker += 1
        if maker < n_makers:
            generator, u = uniform(generator)
            option = tables.indptr[maker * n_states + state]
            while option < tables.indptr[maker * n_states + state + 1] - 1 and u >= tables.cumulative[option]:
                option += 1
            goal, seen = tables.targets[option], tables.shows[option]
        else:
            option = first
            while option < last - 1 and left >= tables.nature_rates[option]:
                left -= tables.nature_rates[option]
                option += 1
            if option >= last:
                continue  # rounding at the end of the makers' rates, in a state without nature
            goal, seen = tables.nature_targets[option], False
        # Moves that neither change the state nor are seen are drawn but not kept. Beyond the room moves are
        # counted on, so that the caller knows how much more to ask for.
        if goal != state or seen:
            if count < len(drawn.times):
                drawn.times[count], drawn.makers[count] = now, maker
                drawn.options[count], drawn.states[count] = option, goal
            count += 1
        state = goal
