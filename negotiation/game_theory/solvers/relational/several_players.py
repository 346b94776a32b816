"""Subgame-perfect payoffs of stochastic games with transfers and any number of players, who observe play.

Goldluecke, S. and Kranz, S. (2018), "Discounted stochastic games with voluntary transfers", Economic Theory
66. The equations are those of `payoff_sets/stochastic/transfers.py`, with a sum over all players:

    U(s)   = max over a in A(s) of (1 - delta) G(s, a) + delta sum P(s'|s, a) U(s'),  G the sum of payoffs,
    v_i(s) = min over a in A(s) of max over a_i' of (1 - delta) g_i + delta sum P(s'|s, a_i', a_-i) v_i(s'),
    A(s)   = {a : (1 - delta) G + delta sum P U >= sum over i of the maximum in the line before}.

The search starts with all profiles and drops those that are not in A, which lowers U and raises v, until none
is dropped. U is the value of a Markov decision problem, and v_i the value of a game in which the punishers
move first. Both are found by policy iteration.

Cost: at most one round for each profile, usually a few; a round is 1 + N policy iterations, each a few
linear systems of the size of the state space.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from negotiation.base.numeric import KNIFE_EDGE, BoolArray, FloatArray, IntArray, read_only
from negotiation.game_theory.checks.transfers import verify_transfers
from negotiation.game_theory.games import StochasticGame
from negotiation.game_theory.games.capabilities import Takes
from negotiation.game_theory.solutions.state_transfer_simplices import (
    StateTransferSimplex,
    StateTransferSimplices,
)
from negotiation.game_theory.solvers.payoff_sets.common.budget import never
from negotiation.game_theory.solvers.payoff_sets.stochastic.numerics import NUMERICS as STOCHASTIC
from negotiation.game_theory.solvers.payoff_sets.stochastic.transfers import exact_liquidity
from negotiation.game_theory.solvers.relational.game_rows import GameRows, game_rows
from negotiation.game_theory.solvers.relational.numerics import NUMERICS

METHOD = "goldluecke_kranz"


class _Held(NamedTuple):
    """The punishment of one player in each state: the worst payoff, the profile and the best deviation.

    Shapes: all (S,); profile and deviation as rows.
    """

    worst: FloatArray
    rows: IntArray
    replies: IntArray


class _Left(NamedTuple):
    """The payoffs once every live row can be enforced."""

    # (S,): joint payoffs U.
    joint: FloatArray
    # (S,): the rows that attain them.
    policy: IntArray
    # The punishment of each player.
    held: tuple[_Held, ...]
    # (R,): each row's joint value less the players' values of deviating; -inf for dropped rows.
    liquidity: FloatArray
    # The number of rounds in which rows were examined.
    rounds: int


@Takes("a payoff set with transfers", (StochasticGame,), unlike=False)
def payoffs_of_several(game: StochasticGame, stop: BoolArray | None = None) -> StateTransferSimplices:
    """Return the pure-strategy subgame-perfect payoffs of every state with transfers and money burning.

    The search stops, with a `partial` result, once `stop[0]` is True.
    """
    rows = game_rows(game)
    alive, stop = np.ones(len(rows.payoffs), dtype=np.bool_), never() if stop is None else stop
    left = _enforced(rows, alive, stop)
    exact = game.is_rational and game.n_states <= STOCHASTIC.rational_states
    # In doubles a row on a knife edge is kept. In rational games such rows are decided in rational numbers,
    # and the loss of one may cause the loss of others.
    while exact and not stop[0]:
        near = np.flatnonzero(alive & (left.liquidity <= STOCHASTIC.doubtful * rows.size))
        if not len(near):
            break
        short = (
            exact_liquidity(
                game, near, left.policy, [(held_side.rows, held_side.replies) for held_side in left.held]
            )
            < 0
        )
        if not short.any():
            break
        alive[near[short]] = False
        left = _enforced(rows, alive, stop)
    result = _labelled(game, rows, alive, left, exact)
    if stop[0]:
        return result.not_certified("time was up before it was known that no more fall")
    verdict = verify_transfers(game, result)
    if verdict.holds:
        return result
    return result.not_certified(f"the certificate is short by {-verdict.margin:.1g}")


def _enforced(rows: GameRows, alive: BoolArray, stop: BoolArray) -> _Left:
    """Drop, in place, rows that cannot be enforced, until all can or time is up; return the payoffs left."""
    rounds = 0
    while True:
        rounds += 1
        rows.drop_dead_ends(alive)
        # As rows are dropped, joint payoffs fall and worst payoffs rise. So a row that cannot be enforced now
        # never can be, and the order in which rows are dropped does not matter.
        joint, policy = _best_joint(rows, alive)
        held = tuple(_punished(rows, player, alive) for player in range(rows.payoffs.shape[1]))
        liquidity = rows.values(rows.payoffs.sum(axis=1), joint)
        for player, side in enumerate(held):
            own = rows.values(rows.payoffs[:, player], side.worst)
            liquidity -= rows.best(own, player)[rows.groups[player]]
        liquidity[~alive] = -np.inf
        # Written so that a NaN drops the row.
        short = alive & ~(liquidity >= -KNIFE_EDGE * rows.size)
        if not short.any() or stop[0]:
            return _Left(joint, policy, held, liquidity, rounds)
        alive &= ~short


def _best_joint(rows: GameRows, alive: BoolArray) -> tuple[FloatArray, IntArray]:
    """Return the highest joint payoff of each state over live rows, and the rows that attain it."""
    flow = rows.payoffs.sum(axis=1)
    # Policy iteration (Howard 1960): each step computes the values of the chosen rows and chooses again.
    policy = rows.highest(np.where(alive, flow, -np.inf))
    values = rows.for_ever(policy, flow)
    for _ in range(NUMERICS.policies):
        options = np.where(alive, rows.values(flow, values), -np.inf)
        better = rows.highest(options)
        # Only a gain above rounding changes a choice; otherwise equal rows would alternate for ever.
        pays = options[better] > options[policy] + NUMERICS.improves * rows.size
        if not pays.any():
            break
        policy = np.where(pays, better, policy)
        values = rows.for_ever(policy, flow)
    return values, policy


def _punished(rows: GameRows, player: int, alive: BoolArray) -> _Held:
    """Return the punishment of a player: the least payoff to which live rows hold the player down."""
    flow, groups = rows.payoffs[:, player], rows.groups[player]
    least = NUMERICS.improves * rows.size

    def options(values: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the value of each row, and at live rows the best value in its group; both of shape (R,)."""
        own = rows.values(flow, values)
        # A row holds the player down to the payoff of the best reply to it, the best value in its group.
        return own, np.where(alive, rows.best(own, player)[groups], np.inf)

    held = rows.highest(-options(np.zeros(len(rows.firsts) - 1))[1])
    replies = rows.reply(flow, held, player)
    for _ in range(NUMERICS.policies):
        # Two levels of policy iteration: the punishers choose rows, given the player's best replies for ever.
        values, replies = _replied(rows, player, held, replies)
        _, kept_to = options(values)
        better = rows.highest(-kept_to)
        pays = kept_to[better] < kept_to[held] - least
        if not pays.any():
            break
        held = np.where(pays, better, held)
        replies = rows.reply(rows.values(flow, values), held, player)
    return _Held(values, held, replies)


def _replied(rows: GameRows, player: int, held: IntArray, replies: IntArray) -> tuple[FloatArray, IntArray]:
    """Return a player's payoffs from best replies for ever to the punishing rows `held`, and the replies."""
    flow = rows.payoffs[:, player]
    values = rows.for_ever(replies, flow)
    for _ in range(NUMERICS.policies):
        own = rows.values(flow, values)
        better = rows.reply(own, held, player)
        pays = own[better] > own[replies] + NUMERICS.improves * rows.size
        if not pays.any():
            break
        replies = np.where(pays, better, replies)
        values = rows.for_ever(replies, flow)
    return values, replies


def _labelled(
    game: StochasticGame, rows: GameRows, alive: BoolArray, left: _Left, exact: bool
) -> StateTransferSimplices:
    reason = f"{int(alive.sum())} of {len(alive)} profiles enforced"
    reason += ", knife edges exact" if exact else ""
    none = np.empty((0, game.n_states, game.n_players))
    read_only(none)
    parts = []
    for s, state in enumerate(game.states):
        first = rows.firsts[s]
        joint, threats = -np.inf, np.full(game.n_players, np.inf)
        profiles: IntArray = np.empty(0, dtype=np.intp)
        if alive[first : rows.firsts[s + 1]].any():
            joint = float(left.joint[s] + rows.least.sum())
            threats = np.array([part.worst[s] for part in left.held]) + rows.least
            profiles = (
                np.array([left.policy[s], *(part.rows[s] for part in left.held)], dtype=np.intp) - first
            )
        read_only(threats, profiles)
        parts.append(
            StateTransferSimplex(
                game, state, joint, threats, profiles, none, rows.size, "complete", METHOD, reason
            )
        )
    return StateTransferSimplices(game, tuple(parts), "actions", 0.0, "complete", METHOD, reason, left.rounds)
