"""Compiled play in continuous time: who moves when, and what is chosen."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.game_theory.compiling import njit
from negotiation.game_theory.play.kernels.paths import uniform


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
