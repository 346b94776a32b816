"""Compiled: the order in which play passes through states, and the computation of values in this order."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.game_theory.compiling import njit
from negotiation.game_theory.solvers.continuous.kernels.elimination import left_for_good
from negotiation.game_theory.solvers.continuous.kernels.equations import Moves


class Rates(NamedTuple):
    """The rates at which given play and nature leave each state, in compressed rows."""

    # (S + 1,): where those of each state begin.
    indptr: IntArray
    # targets, rates: (K,): where to, and how often a year.
    targets: IntArray
    rates: FloatArray
    # (S,): their sum in each state.
    leaves: FloatArray


@njit(cache=True)
def rates_of(moves: Moves, chances: FloatArray) -> Rates:
    """Return the rates at which play with given choice probabilities leaves states."""
    n_states = len(moves.flows)
    indptr, leaves = np.zeros(n_states + 1, dtype=np.intp), np.zeros(n_states)
    # Room for all that has a chance: counted first, filled in one pass.
    most = len(moves.nature_rates)
    for j in range(len(chances)):
        if chances[j] > 0.0:
            most += 1
    targets, rates, count = np.empty(most, dtype=np.intp), np.empty(most), 0
    for s in range(n_states):
        for m in range(len(moves.owners)):
            rate = moves.rates[m, s]
            for j in range(moves.indptr[m * n_states + s], moves.indptr[m * n_states + s + 1]):
                # What stays is no move: it takes the state nowhere and its rate cancels.
                if chances[j] > 0.0 and moves.targets[j] != s and rate * chances[j] > 0.0:
                    targets[count], rates[count] = moves.targets[j], rate * chances[j]
                    leaves[s] += rates[count]
                    count += 1
        for k in range(moves.nature_indptr[s], moves.nature_indptr[s + 1]):
            targets[count], rates[count] = moves.nature_targets[k], moves.nature_rates[k]
            leaves[s] += rates[count]
            count += 1
        indptr[s + 1] = count
    return Rates(indptr, targets[:count], rates[:count], leaves)


@njit(cache=True)
def components(play: Rates) -> tuple[IntArray, IntArray]:
    """Return the states by strong component, from the last that play reaches, and where components begin.

    This is Tarjan's algorithm with a stack instead of recursion. A component is emitted once all components
    to which it leads have been.
    """
    n_states = len(play.leaves)
    # `number`: when a state was met; `lowest`: the earliest that it leads back to; `waiting`: met, and in no
    # component yet; `path`: from where the search came; `at`: the next move to look at of each.
    number, lowest = np.full(n_states, -1, dtype=np.intp), np.zeros(n_states, dtype=np.intp)
    waiting, path = np.empty(n_states, dtype=np.intp), np.empty(n_states, dtype=np.intp)
    at, given = play.indptr[:-1].copy(), np.zeros(n_states, dtype=np.bool_)
    order, starts = np.empty(n_states, dtype=np.intp), np.zeros(n_states + 1, dtype=np.intp)
    met = n_waiting = n_given = n_parts = 0
    for first in range(n_states):
        if number[first] >= 0:
            continue
        path[0], depth = first, 1
        while depth:
            s = path[depth - 1]
            if number[s] < 0:
                number[s] = lowest[s] = met
                met += 1
                waiting[n_waiting] = s
                n_waiting += 1
            deeper = False
            while at[s] < play.indptr[s + 1]:
                goal = play.targets[at[s]]
                if number[goal] < 0:
                    path[depth] = goal
                    depth += 1
                    deeper = True
                    break
                # Met and in no component yet: on the way here, or joined to it.
                if not given[goal]:
                    lowest[s] = min(lowest[s], lowest[goal])
                at[s] += 1
            # What is found first is searched first; the move is looked at again when it comes back, and
            # lowers `lowest` then.
            if deeper:
                continue
            depth -= 1
            # Leads back to nothing earlier: all that waits above it is its component.
            if lowest[s] == number[s]:
                while True:
                    n_waiting -= 1
                    goal = waiting[n_waiting]
                    order[n_given], given[goal] = goal, True
                    n_given += 1
                    if goal == s:
                        break
                n_parts += 1
                starts[n_parts] = n_given
    return order, starts[: n_parts + 1]


@njit(cache=True)
def substituted(
    play: Rates, order: IntArray, starts: IntArray, discount_rates: FloatArray, right: FloatArray
) -> FloatArray:
    """Return the solution of the system of values, component by component, shape (S, N)."""
    values = np.zeros(right.shape)
    place = np.full(len(right), -1, dtype=np.intp)
    for part in range(len(starts) - 1):
        inside = order[starts[part] : starts[part + 1]]
        for k in range(len(inside)):
            place[inside[k]] = k
        for i in range(right.shape[1]):
            # A state by itself: one division, as what it leads to is solved.
            if len(inside) == 1:
                s, total = inside[0], right[inside[0], i]
                for k in range(play.indptr[s], play.indptr[s + 1]):
                    total += play.rates[k] * values[play.targets[k], i]
                values[s, i] = total / (discount_rates[i] + play.leaves[s])
                continue
            # Without subtractions, so that rates however unlike leave every value its digits.
            rates, exits = np.zeros((len(inside), len(inside))), np.full(len(inside), discount_rates[i])
            vector = right[inside, i]
            for row in range(len(inside)):
                s = inside[row]
                for k in range(play.indptr[s], play.indptr[s + 1]):
                    goal = play.targets[k]
                    if place[goal] >= 0:
                        rates[row, place[goal]] += play.rates[k]
                    else:
                        exits[row] += play.rates[k]
                        vector[row] += play.rates[k] * values[goal, i]
            solution = left_for_good(rates, exits, vector)
            for row in range(len(inside)):
                values[inside[row], i] = solution[row]
        for k in range(len(inside)):
            # For the next component, without a pass through all states.
            place[inside[k]] = -1
    return values
