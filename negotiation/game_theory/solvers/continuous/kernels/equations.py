"""Compiled equations of a game in continuous time: choices, residuals, and their derivative at a point.

Maker m moves at the rate lambda_m with precision mu_m, and chooses option j, which pays psi_j and leads to
l_j, with probability sigma_j. Nature moves from s to k at the rate q(s, k). With payoffs scaled by t, which
is equivalent to precisions scaled by t, the values of player i, with flows u_i and discount rate rho_i, solve

    rho_i V_i(s) = t u_i(s)
        + sum_{m of i} lambda_m(s) [(1 / mu_m) log sum_j exp(mu_m (t psi_j + V_i(l_j))) - V_i(s)]
        + sum_{m not of i} lambda_m(s) sum_j sigma_j [V_i(l_j) - V_i(s)] + sum_k q(s, k) [V_i(k) - V_i(s)].

Everything is a loop over states, makers and options.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.game_theory.compiling import njit

Targets = npt.NDArray[np.int32]


class Moves(NamedTuple):
    """A game in units: the options of all makers in one list; maker m in state s has row m * S + s."""

    # (M S + 1,): where the options of each row begin.
    indptr: IntArray
    # (K,): the state to which each option leads, and what it pays its owner.
    targets: Targets
    payoffs: FloatArray
    # (M,): the player for whom each maker chooses, and the maker's precision.
    owners: IntArray
    precisions: FloatArray
    # (M, S): chances to move per year.
    rates: FloatArray
    # (S + 1,), (Q,), (Q,): the moves of nature from each state.
    nature_indptr: IntArray
    nature_targets: Targets
    nature_rates: FloatArray
    # (S, N)
    flows: FloatArray
    # (N,)
    discount_rates: FloatArray


class Chances(NamedTuple):
    """The choices at some values: the probability of each option, and the value of a chance to move."""

    # (K,)
    chances: FloatArray
    # (M, S)
    worth: FloatArray


class Slope(NamedTuple):
    """The derivative of the residuals: its diagonal, the flows between states, and the change of replies."""

    # (S, N): rates of all moves plus the discount rate; in `pivots` without moves that stay.
    diagonal: FloatArray
    pivots: FloatArray
    # (K,): rate at which each option is taken.
    carried: FloatArray
    # (K, N): change of each player's residual, with a minus sign, by the owner's value at the target.
    replies: FloatArray


@njit(cache=True)
def choose(moves: Moves, share: float, values: FloatArray, choices: Chances) -> None:
    """Fill in the choices at values: logit, or the first of the best options at infinite precision."""
    n_states = len(values)
    for m in range(len(moves.owners)):
        own, mu = moves.owners[m], moves.precisions[m]
        for s in range(n_states):
            first, last = moves.indptr[m * n_states + s], moves.indptr[m * n_states + s + 1]
            best, top = first, -np.inf
            for j in range(first, last):
                # First the best option, then weights relative to it: no exponential overflows, at any
                # precision.
                worth = share * moves.payoffs[j] + values[moves.targets[j], own]
                choices.chances[j] = worth
                if worth > top:
                    best, top = j, worth
            # Without shocks the first of the best options is chosen, and a chance to move has its value.
            if np.isinf(mu):
                for j in range(first, last):
                    choices.chances[j] = 0.0
                choices.chances[best] = 1.0
                choices.worth[m, s] = top
                continue
            total = 0.0
            for j in range(first, last):
                weight = np.exp(mu * (choices.chances[j] - top))
                choices.chances[j] = weight
                total += weight
            for j in range(first, last):
                choices.chances[j] /= total
            # (1 / mu) log sum exp(mu x), with the largest x taken out of the sum.
            choices.worth[m, s] = top + np.log(total) / mu


@njit(cache=True)
def follow(moves: Moves, share: float, values: FloatArray, shocks: bool, choices: Chances) -> None:
    """Fill in the value of a chance to move under given choices, with or without the expected shocks."""
    n_states = len(values)
    for m in range(len(moves.owners)):
        own, mu = moves.owners[m], moves.precisions[m]
        for s in range(n_states):
            total = 0.0
            for j in range(moves.indptr[m * n_states + s], moves.indptr[m * n_states + s + 1]):
                chance = choices.chances[j]
                # If logit choices have probability sigma, an option's expected shock is -log(sigma) / mu.
                # At the choices of `choose` the sum is the same as there.
                if chance > 0.0:
                    worth = share * moves.payoffs[j] + values[moves.targets[j], own]
                    if shocks and not np.isinf(mu):
                        worth -= np.log(chance) / mu
                    total += chance * worth
            choices.worth[m, s] = total


@njit(cache=True)
def residuals(moves: Moves, share: float, values: FloatArray, choices: Chances, out: FloatArray) -> float:
    """Fill in the residuals of the equations, shape (S, N); return the largest absolute one."""
    n_states, n_players = values.shape
    for s in range(n_states):
        for i in range(n_players):
            out[s, i] = moves.discount_rates[i] * values[s, i] - share * moves.flows[s, i]
        for k in range(moves.nature_indptr[s], moves.nature_indptr[s + 1]):
            goal, rate = moves.nature_targets[k], moves.nature_rates[k]
            for i in range(n_players):
                out[s, i] -= rate * (values[goal, i] - values[s, i])
        for m in range(len(moves.owners)):
            own, rate = moves.owners[m], moves.rates[m, s]
            # Options of a maker who never moves in the state do not count.
            if rate == 0.0:
                continue
            out[s, own] -= rate * (choices.worth[m, s] - values[s, own])
            for j in range(moves.indptr[m * n_states + s], moves.indptr[m * n_states + s + 1]):
                if choices.chances[j] == 0.0:
                    continue
                goal, flow = moves.targets[j], rate * choices.chances[j]
                # Options that stay change only the value of their owner, which is in `worth`.
                if goal != s:
                    for i in range(n_players):
                        if i != own:
                            out[s, i] -= flow * (values[goal, i] - values[s, i])
    return float(np.abs(out).max())


@njit(cache=True)
def differentiate(moves: Moves, values: FloatArray, choices: Chances, reply: bool, slope: Slope) -> None:
    """Fill in the derivative of the residuals at a point; without `reply`, with fixed choice probabilities.

    If the values of maker m's owner o change by x, the expected value of another player i after a choice of m
    changes by mu_m sum_j sigma_j [V_i(l_j) - sum_k sigma_k V_i(l_k)] x_o(l_j).
    """
    n_states, n_players = values.shape
    mean = np.empty(n_players)
    for s in range(n_states):
        # `diagonal` has the rates of all moves. The `pivots` leave out moves that stay, whose entries of A
        # are on its diagonal too.
        leaves = 0.0
        for k in range(moves.nature_indptr[s], moves.nature_indptr[s + 1]):
            leaves += moves.nature_rates[k]
        stays = 0.0
        for m in range(len(moves.owners)):
            own, rate, mu = moves.owners[m], moves.rates[m, s], moves.precisions[m]
            first, last = moves.indptr[m * n_states + s], moves.indptr[m * n_states + s + 1]
            mean[:] = 0.0
            leaves += rate
            for j in range(first, last):
                goal, chance = moves.targets[j], choices.chances[j]
                slope.carried[j] = rate * chance
                if goal == s:
                    stays += rate * chance
                for i in range(n_players):
                    mean[i] += chance * values[goal, i]
            for j in range(first, last):
                for i in range(n_players):
                    # The owner's own replies have no first-order effect (envelope theorem). Without shocks
                    # replies jump, and are held fixed.
                    moved = reply and i != own and not np.isinf(mu)
                    gap = values[moves.targets[j], i] - mean[i]
                    slope.replies[j, i] = slope.carried[j] * mu * gap if moved else 0.0
        for i in range(n_players):
            slope.diagonal[s, i] = moves.discount_rates[i] + leaves
            slope.pivots[s, i] = moves.discount_rates[i] + leaves - stays


@njit(cache=True)
def multiply_for_two(moves: Moves, slope: Slope, given: FloatArray, out: FloatArray) -> None:
    """Fill in the product of the derivative with a vector for two players, with sums kept in registers."""
    n_states = len(given)
    for s in range(n_states):
        # A x = diagonal x - carried x(target) - replies x_owner(target).
        sum_x, sum_y = slope.diagonal[s, 0] * given[s, 0], slope.diagonal[s, 1] * given[s, 1]
        for k in range(moves.nature_indptr[s], moves.nature_indptr[s + 1]):
            sum_x -= moves.nature_rates[k] * given[moves.nature_targets[k], 0]
            sum_y -= moves.nature_rates[k] * given[moves.nature_targets[k], 1]
        for m in range(len(moves.owners)):
            first, last = moves.indptr[m * n_states + s], moves.indptr[m * n_states + s + 1]
            if moves.owners[m] == 0:
                for j in range(first, last):
                    x, y = given[moves.targets[j], 0], given[moves.targets[j], 1]
                    sum_x -= slope.carried[j] * x
                    sum_y -= slope.carried[j] * y + slope.replies[j, 1] * x
            else:
                for j in range(first, last):
                    x, y = given[moves.targets[j], 0], given[moves.targets[j], 1]
                    sum_x -= slope.carried[j] * x + slope.replies[j, 0] * y
                    sum_y -= slope.carried[j] * y
        out[s, 0], out[s, 1] = sum_x, sum_y


@njit(cache=True)
def multiply(moves: Moves, slope: Slope, reply: bool, given: FloatArray, out: FloatArray) -> None:
    """Fill in the product of the derivative with a vector, both of shape (S, N)."""
    n_states, n_players = given.shape
    if n_players == 2:
        multiply_for_two(moves, slope, given, out)
        return
    for s in range(n_states):
        for i in range(n_players):
            out[s, i] = slope.diagonal[s, i] * given[s, i]
        for k in range(moves.nature_indptr[s], moves.nature_indptr[s + 1]):
            goal, rate = moves.nature_targets[k], moves.nature_rates[k]
            for i in range(n_players):
                out[s, i] -= rate * given[goal, i]
        for m in range(len(moves.owners)):
            own = moves.owners[m]
            for j in range(moves.indptr[m * n_states + s], moves.indptr[m * n_states + s + 1]):
                goal, flow = moves.targets[j], slope.carried[j]
                for i in range(n_players):
                    out[s, i] -= flow * given[goal, i]
                if reply:
                    moved = given[goal, own]
                    for i in range(n_players):
                        out[s, i] -= slope.replies[j, i] * moved
