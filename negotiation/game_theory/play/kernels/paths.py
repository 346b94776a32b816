"""Compiled play: of an automaton from which nobody departs, and of moves in continuous time.

Random numbers are SplitMix64 (Steele, Lea and Flood 2014), whose whole state is one integer: the same seed
gives the same play to the bit on every machine.
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


class MoveTables(NamedTuple):
    """Play as tables: rates of makers and of nature by state, and options with running sums of chances."""

    rates: FloatArray
    indptr: IntArray
    cumulative: FloatArray
    targets: IntArray
    shows: npt.NDArray[np.bool_]
    nature_indptr: IntArray
    nature_targets: IntArray
    nature_rates: FloatArray


class Drawn(NamedTuple):
    """Room for a path: when, who (the number of makers for nature), which option, and where to."""

    times: FloatArray
    makers: IntArray
    options: IntArray
    states: IntArray


@njit(cache=True)
def draw_moves(seed: np.uint64, tables: MoveTables, start: int, years: float, drawn: Drawn) -> int:
    """Fill one path with what moves the state or is seen; return how many there are, also beyond room."""
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
