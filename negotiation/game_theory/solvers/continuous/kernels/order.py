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

    # (S + 1,): where the moves of each state begin.
    indptr: IntArray
    # (K,): target of each move, and its rate per year.
    targets: IntArray
    rates: FloatArray
    # (S,): sum of the rates of each state.
    leaves: FloatArray


@njit(cache=True)
def rates_of(moves: Moves, chances: FloatArray) -> Rates:
    """Return the rates at which play with given choice probabilities, shape (K,), leaves states."""
    n_states = len(moves.flows)
    indptr, leaves = np.zeros(n_states + 1, dtype=np.intp), np.zeros(n_states)
    # Room for all options with positive probability, which are counted first.
    most = len(moves.nature_rates)
    for j in range(len(chances)):
        if chances[j] > 0.0:
            most += 1
    targets, rates, count = np.empty(most, dtype=np.intp), np.empty(most), 0
    for s in range(n_states):
        for m in range(len(moves.owners)):
            rate = moves.rates[m, s]
            for j in range(moves.indptr[m * n_states + s], moves.indptr[m * n_states + s + 1]):
                # An option that stays in its state is not a move: its rate cancels.
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
    """Return the states by strong component, and where each component begins.

    Components are in the order of Tarjan's algorithm, here with a stack instead of recursion: a component
    comes after all components to which it leads. Shapes (S,) and (components + 1,).
    """
    n_states = len(play.leaves)
    # `number`: the order in which states were met; `lowest`: the earliest state to which a state leads back;
    # `waiting`: states that were met and are in no component yet; `path`: the states on the way of the
    # search; `at`: the next move of each state to be followed.
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
                # The goal was met and is in no component yet.
                if not given[goal]:
                    lowest[s] = min(lowest[s], lowest[goal])
                at[s] += 1
            # The new state is searched first. The same move is followed again afterwards, and then lowers
            # `lowest`.
            if deeper:
                continue
            depth -= 1
            # The state leads back to no earlier one: its component is all states that wait above it.
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
    """Return the solution V of (rho + leaves) V = rates V + right, by component, shape (S, N)."""
    values = np.zeros(right.shape)
    place = np.full(len(right), -1, dtype=np.intp)
    for part in range(len(starts) - 1):
        inside = order[starts[part] : starts[part + 1]]
        for k in range(len(inside)):
            place[inside[k]] = k
        for i in range(right.shape[1]):
            # A single state needs one division, because the states to which it leads are solved.
            if len(inside) == 1:
                s, total = inside[0], right[inside[0], i]
                for k in range(play.indptr[s], play.indptr[s + 1]):
                    total += play.rates[k] * values[play.targets[k], i]
                values[s, i] = total / (discount_rates[i] + play.leaves[s])
                continue
            # Elimination without subtractions keeps the digits of values, however much rates differ.
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
            # Reset for the next component, without a pass through all states.
            place[inside[k]] = -1
    return values
