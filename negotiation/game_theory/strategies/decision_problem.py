"""The decision problem that a player faces in a stochastic game when the others play Markov strategies.

Against such play the player's problem is a Markov decision problem: in every state a payoff and a
distribution of the next state for each own action. Cost: one pass through the payoffs and transitions for
each player.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from negotiation.base.numeric import Number, NumberArray, fraction_array
from negotiation.game_theory.games import StochasticGame
from negotiation.game_theory.games.mixed_profiles import by_own_action
from negotiation.game_theory.games.own_units import least_and_above
from negotiation.game_theory.linear_systems import discounted_values
from negotiation.game_theory.strategies.markov_strategy import MarkovStrategy


@dataclass(frozen=True)
class Problem:
    """A player's Markov decision problem against the others' play: one entry for each state."""

    # (n_i,): expected payoff of each own action, from the player's least payoff of the game.
    flows: tuple[NumberArray, ...]
    # (n_i, S): probabilities of the next state after each own action.
    moves: tuple[NumberArray, ...]
    # (n_i,): the player's mixed action in the profile.
    own: tuple[NumberArray, ...]
    delta: Number
    # What the payoffs are counted from.
    least: Number

    def q(self, state: int, values: NumberArray) -> NumberArray:
        """Return the value of each own action in a state, given the continuation `values`, shape (S,)."""
        result: NumberArray = (1 - self.delta) * self.flows[state] + self.delta * (self.moves[state] @ values)
        return result

    def values(self, policy: Sequence[NumberArray]) -> NumberArray:
        """Return the value in each state, shape (S,), of a policy: a mixed action for each state."""
        flow = np.array([mix @ row for mix, row in zip(policy, self.flows, strict=True)])
        move = np.array([mix @ rows for mix, rows in zip(policy, self.moves, strict=True)])
        return discounted_values(move, flow[:, None], [self.delta])[:, 0]


def decision_problems(game: StochasticGame, strategy: MarkovStrategy, exact: bool) -> tuple[Problem, ...]:
    """Return each player's decision problem against the others' Markov play, in fractions if `exact`.

    Examples
    --------
    >>> game = StochasticGame([[[[2, 2], [0, 3]], [[3, 0], [1, 1]]]], np.ones((1, 2, 2, 1)), 0.5)
    >>> decision_problems(game, MarkovStrategy({"0": ("0", "0")}), False)[0].flows[0].tolist()
    [2.0, 3.0]
    """
    mixed = [[_numbers(vector, exact) for vector in row] for row in strategy.mixed_actions(game)]
    chances = game.transitions.exact() if exact else game.transitions.floats()
    flows: list[list[NumberArray]] = [[] for _ in game.players]
    moves: list[list[NumberArray]] = [[] for _ in game.players]
    least, above = least_and_above(game.stages, exact)
    for s, stage in enumerate(game.stages):
        after = _next_states(game, chances, s).reshape(*stage.n_actions, game.n_states)
        for i in range(game.n_players):
            flows[i].append(by_own_action(above[s][..., i], mixed[s], i))
            moves[i].append(by_own_action(after, mixed[s], i))
    deltas = game.exact_discount_factors if exact else game.float_discount_factors
    return tuple(
        Problem(tuple(flows[i]), tuple(moves[i]), tuple(row[i] for row in mixed), deltas[i], least[i])
        for i in range(game.n_players)
    )


def _next_states(game: StochasticGame, chances: NumberArray, state: int) -> NumberArray:
    """Return a state's transition rows in full, shape (profiles, S)."""
    first, last = game.offsets[state], game.offsets[state + 1]
    indptr = game.transitions.indptr[first : last + 1]
    part = slice(indptr[0], indptr[-1])
    full: NumberArray = np.zeros((last - first, game.n_states), dtype=chances.dtype)
    np.add.at(
        full,
        (np.repeat(np.arange(last - first), np.diff(indptr)), game.transitions.indices[part]),
        chances[part],
    )
    return full


def _numbers(vector: NumberArray, exact: bool) -> NumberArray:
    if not exact:
        return vector.astype(np.float64)
    entries = fraction_array(vector)
    entries[entries < 0] = 0 * entries[0]
    normal: NumberArray = entries / entries.sum()
    return normal
