"""Compiled: the equations of logit Markov equilibria of a stochastic game, and Newton steps on them.

Unknowns are the logarithms b of the probabilities, the average value g_i of the first state, the advantages
h_si of the other states over it (in sums of payoffs; h_0i = 0), and the precision m. With

    Q_sia = E[u_i + delta_i sum_s' P(s') h_s'i | own action a, the others' play]

the equations are

    b_sia - w_sia - m Q_sia + log sum_a' exp(w_sia' + m Q_sia') = 0    (w the logarithm of the prior)
    h_si + g_i - sum_a exp(b_sia) Q_sia = 0

(Eibelshaeuser and Poensgen 2019). As with undiscounted payoffs, advantages replace values. Nothing is thus
divided by 1 - delta, and patient players cause no loss of precision. Besides the value equations, the
probabilities of a state enter only the equations of that state, so they are eliminated state by state. The
remaining system has S N + 1 unknowns. Cost of a step: for each state a system of its probabilities with S N +
2 right-hand sides, then one dense system of S N + 1.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import FloatArray, IntArray
from negotiation.game_theory.compiling import njit


class MarkovArrays(NamedTuple):
    """A stochastic game and a prior as arrays."""

    # (rows, N): each player's payoffs less the smallest, in units of the player's range. The rows are the
    # action profiles of all states in turn.
    payoffs: FloatArray
    # Transition probabilities of each row to the S states, in compressed sparse row format.
    indptr: IntArray
    indices: IntArray
    chances: FloatArray
    # (rows, N): position of each player's action in a row among all actions of all states and players.
    slots: IntArray
    # (S + 1,): ends of the states' rows.
    row_ends: IntArray
    # (S, N + 1): ends of the players' actions of each state among all actions.
    ends: IntArray
    # (N,)
    deltas: FloatArray
    # (actions,): logarithms of the prior.
    prior: FloatArray


class ActionValues(NamedTuple):
    """The values of the m actions of all players in a state against the others' play, with derivatives."""

    # (m,): payoff of each action plus the discounted advantage of the next state, in sums of payoffs.
    q: FloatArray
    # (m, m): derivative of q[a] by the probability of another player's action b.
    cross: FloatArray
    # (m, S): derivative of q[a] by the advantages of the player whose action it is; 0 for the first state.
    ahead: FloatArray


class NewtonSystem(NamedTuple):
    """The Newton system of a step: the equations of a single state, and the equations of all states."""

    # (m, m): derivatives of the equations of the state's m probabilities by these probabilities.
    inner: FloatArray
    # (m, S N + 2): derivatives of these equations by the values and the precision; then minus the residuals.
    hand: FloatArray
    # (N + 1, m): derivatives of the state's value equations by its probabilities; then the tangent.
    low: FloatArray
    # (S N + 1, S N + 1): derivatives of the value equations by the values and precision; then the tangent.
    outer: FloatArray
    # (S N + 1, 2): right-hand sides: of the step, and of the tangent.
    right: FloatArray


@njit(cache=True, nogil=True)
def eliminate(matrix: FloatArray, right: FloatArray) -> float:
    """Replace `right` by the X with `matrix X = right`; return the determinant's sign, 0 if singular."""
    n = matrix.shape[0]
    sign = 1.0
    for c in range(n):
        p = c
        for r in range(c + 1, n):
            if abs(matrix[r, c]) > abs(matrix[p, c]):
                p = r
        # The matrix is singular, and `right` is of no use.
        if matrix[p, c] == 0.0:
            return 0.0
        # Each exchange of rows and each negative pivot change the sign of the determinant.
        if p != c:
            sign = -sign
            for j in range(c, n):
                matrix[c, j], matrix[p, j] = matrix[p, j], matrix[c, j]
            for j in range(right.shape[1]):
                right[c, j], right[p, j] = right[p, j], right[c, j]
        if matrix[c, c] < 0.0:
            sign = -sign
        for r in range(c + 1, n):
            factor = matrix[r, c] / matrix[c, c]
            if factor != 0.0:
                for j in range(c + 1, n):
                    matrix[r, j] -= factor * matrix[c, j]
                for j in range(right.shape[1]):
                    right[r, j] -= factor * right[c, j]
    for c in range(n - 1, -1, -1):
        for j in range(right.shape[1]):
            right[c, j] /= matrix[c, c]
        for r in range(c):
            factor = matrix[r, c]
            if factor != 0.0:
                for j in range(right.shape[1]):
                    right[r, j] -= factor * right[c, j]
    return sign


@njit(cache=True, nogil=True)
def action_values(game: MarkovArrays, s: int, play: FloatArray, advantages: FloatArray) -> ActionValues:
    """Return the values of a state's actions, and their derivatives by the others' play and the advantages.

    Shapes: `play` (actions,), `advantages` (S, N).
    """
    n = game.payoffs.shape[1]
    base = game.ends[s, 0]
    m = game.ends[s, n] - base
    q, cross, ahead = np.zeros(m), np.zeros((m, m)), np.zeros((m, advantages.shape[0]))
    # Q_sia = sum over rows with a of prod_{j != i} x_j (u_i + delta_i sum_s' P(s') h_s'i), `here` the
    # bracket.
    for row in range(game.row_ends[s], game.row_ends[s + 1]):
        entries = range(game.indptr[row], game.indptr[row + 1])
        for i in range(n):
            here = game.payoffs[row, i]
            for k in entries:
                # h_0i = 0: the advantage of the first state over itself is not an unknown.
                if game.indices[k] > 0:
                    here += game.deltas[i] * game.chances[k] * advantages[game.indices[k], i]
            a = game.slots[row, i] - base
            weight = 1.0
            for j in range(n):
                if j != i:
                    weight *= play[game.slots[row, j]]
                    others = 1.0
                    for h in range(n):
                        if h not in (i, j):
                            others *= play[game.slots[row, h]]
                    # d/dx_j of the product of the others' chances is the product without j's.
                    cross[a, game.slots[row, j] - base] += others * here
            q[a] += weight * here
            if weight != 0.0:
                for k in entries:
                    if game.indices[k] > 0:
                        ahead[a, game.indices[k]] += weight * game.deltas[i] * game.chances[k]
    return ActionValues(q, cross, ahead)


@njit(cache=True, nogil=True)
def logit_reply(prior: FloatArray, q: FloatArray, precision: float) -> tuple[FloatArray, float]:
    """Return the logit response to action values, and the logarithm of its normalising sum."""
    # The maximum is subtracted, so that no exponential overflows, however large the precision.
    heights = prior + precision * q
    peak = heights.max()
    weights = np.exp(heights - peak)
    total = weights.sum()
    return weights / total, peak + np.log(total)


@njit(cache=True, nogil=True)
def player_equations(
    game: MarkovArrays,
    s: int,
    i: int,
    point: FloatArray,
    play: FloatArray,
    action_values: ActionValues,
    system: NewtonSystem,
) -> tuple[float, float]:
    """Write a player's equations in a state to `system`; return the largest residual and the largest gain."""
    q, cross, ahead = action_values.q, action_values.cross, action_values.ahead
    inner, hand, low = system.inner, system.hand, system.low
    outer, right = system.outer, system.right
    states, n = game.ends.shape[0], game.payoffs.shape[1]
    unknown, base, row = states * n, game.ends[s, 0], s * n + i
    precision, level_at = point[-1], game.ends[-1, -1] + i
    # Player i's actions among those of the state.
    lo, hi = game.ends[s, i] - base, game.ends[s, i + 1] - base
    reply, level = logit_reply(game.prior[base + lo : base + hi], q[lo:hi], precision)
    # The logit response r has d log sum_a exp(w_a + m Q_a) = sum_a r_a d(m Q_a): means under r.
    mean_q = (reply * q[lo:hi]).sum()
    mean_cross, mean_ahead = np.zeros(len(q)), np.zeros(states)
    for a in range(lo, hi):
        mean_cross += reply[a - lo] * cross[a]
        mean_ahead += reply[a - lo] * ahead[a]
    # h_si + g_i - sum_a exp(b_sia) Q_sia, and its derivatives.
    value = (play[base + lo : base + hi] * q[lo:hi]).sum()
    residual = point[level_at] - value
    outer[row, i] += 1.0
    if s > 0:
        residual += point[level_at + s * n]
        outer[row, row] += 1.0
    worst = abs(residual)
    right[row, 0] -= residual
    # b_sia - w_sia - m Q_sia + log sum, by the b of its state, by values, by m.
    for a in range(lo, hi):
        inner[a, a] += 1.0
        # d exp(b_a) = exp(b_a) db_a: chances are differentiated by their logarithms.
        low[i, a] -= play[base + a] * q[a]
        for b in range(len(q)):
            inner[a, b] -= precision * play[base + b] * (cross[a, b] - mean_cross[b])
            low[i, b] -= play[base + a] * play[base + b] * cross[a, b]
        for t in range(states):
            hand[a, t * n + i] = -precision * (ahead[a, t] - mean_ahead[t])
            outer[row, t * n + i] -= play[base + a] * ahead[a, t]
        hand[a, unknown] = mean_q - q[a]
        residual = point[base + a] - game.prior[base + a] - precision * q[a] + level
        hand[a, unknown + 1] = -residual
        worst = max(worst, abs(residual))
    return worst, q[lo:hi].max() - value


@njit(cache=True, nogil=True)
def newton_step(
    game: MarkovArrays, point: FloatArray, tangent: FloatArray, moved: FloatArray, along: FloatArray
) -> tuple[float, float, float]:
    """Write to `moved` the Newton step orthogonal to the tangent, and to `along` the unit tangent.

    Both are taken at the point, and all vectors have the shape (actions + S N + 1,). Returns the largest
    residual, the sign of the bordered determinant (0 if it is singular), and the largest gain from one
    deviation, in units of one period's payoff range.
    """
    states, n = game.ends.shape[0], game.payoffs.shape[1]
    actions, unknown = game.ends[-1, -1], states * n
    advantages = point[actions:-1].copy().reshape(states, n)
    # A trial point may be far from the path; probabilities are capped at e, so that nothing overflows.
    play = np.exp(np.minimum(point[:actions], 1.0))
    outer, right = np.zeros((unknown + 1, unknown + 1)), np.zeros((unknown + 1, 2))
    # The last row of the bordered system: steps are orthogonal to the tangent, and the new tangent has length
    # 1 along the old one.
    outer[unknown] = tangent[actions:]
    right[unknown, 1] = 1.0
    kept = np.zeros((actions, unknown + 2))
    sign, worst, gain = 1.0, 0.0, 0.0
    for s in range(states):
        base, end = game.ends[s, 0], game.ends[s, n]
        values = action_values(game, s, play, advantages)
        inner, low = np.zeros((end - base, end - base)), np.zeros((n + 1, end - base))
        hand = kept[base:end]
        system = NewtonSystem(inner, hand, low, outer, right)
        for i in range(n):
            error, more = player_equations(game, s, i, point, play, values, system)
            worst, gain = max(worst, error), max(gain, more)
        # The entries of the tangent for the probabilities are eliminated with these.
        low[n] = tangent[base:end]
        # The determinant is the product of the determinants of the blocks and of the Schur complement.
        sign *= eliminate(inner, hand)
        # b = -hand (values, 1), substituted into the value equations and into the row of the tangent.
        for i in range(n + 1):
            row = s * n + i if i < n else unknown
            for a in range(end - base):
                outer[row] -= low[i, a] * hand[a, : unknown + 1]
                right[row, 0] -= low[i, a] * hand[a, unknown + 1]
    sign *= eliminate(outer, right)
    # Values and precision first; the probabilities of each state follow by back substitution.
    moved[actions:], along[actions:] = right[:, 0], right[:, 1]
    for a in range(actions):
        moved[a] = kept[a, unknown + 1] - (kept[a, : unknown + 1] * right[:, 0]).sum()
        along[a] = -(kept[a, : unknown + 1] * right[:, 1]).sum()
    along /= np.sqrt((along * along).sum())
    return worst, sign, gain
