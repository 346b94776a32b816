"""All Markov perfect equilibria of a small game of two players whose states lead back to one another, proven.

A profile of supports says which actions are played with positive probability in each state. On it player 1 is
indifferent by player 2's mixtures alone, and player 2 by player 1's (`exact.indifference`), so its equilibria
are the pairs of one such mixture of each. Every profile of supports is gone through: mixtures are found in
exact numbers where they have two unknowns at most, and as isolated zeros elsewhere. Where neither side's are
excluded and one side's are not decided, as in a continuum, nothing is claimed. Of floats the nearest plain
game is meant. Cost: two systems for each profile of supports, (2^n - 1)^(2 S) of them for n actions in each
of S states; the one with fewer unknowns first, the other only if that has a solution.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import chain, combinations, product
from math import inf, prod
from time import monotonic
from typing import TypeAlias

import numpy as np

from negotiation.game_theory.exact.indifference import Choices, Mixes, Mixtures, Support, indifferent
from negotiation.game_theory.games import StochasticGame
from negotiation.game_theory.games.plain_payoffs import plain_game
from negotiation.game_theory.solvers.markov.numerics import NUMERICS
from negotiation.game_theory.strategies.markov_strategy import Choice, MarkovStrategy

# The support of either player.
Supports: TypeAlias = tuple[Support, Support]


def all_in_coupled_states(
    game: StochasticGame, ends_at: float = inf
) -> tuple[tuple[MarkovStrategy, ...], str]:
    """Return all Markov perfect equilibria and "", or none and why they are not proven to be all."""
    if game.n_players != 2:
        return (), f"supports are gone through for two players; the game has {game.n_players}"
    size = prod((2**n - 1) for stage in game.stages for n in stage.n_actions)
    if size > NUMERICS.most_support_profiles:
        return (), f"there are {size:,} profiles of supports, more than {NUMERICS.most_support_profiles:,}"
    search = _Search(game, ends_at)
    found: list[MarkovStrategy] = []
    first, second = (list(product(*map(_supports, counts))) for counts in _counts(game))
    for supports in product(first, second):
        mixtures, doubt = search.equilibria(supports)
        if doubt:
            return (), doubt
        found += [_strategy(game, supports, pair) for pair in mixtures]
    return tuple(found), ""


class _Search:
    """The choices of both players in rational numbers, and what is left of the boxes and of the time."""

    def __init__(self, game: StochasticGame, ends_at: float) -> None:
        self.game, self.ends_at, self.boxes = game, ends_at, NUMERICS.most_boxes
        plain = plain_game(game)
        moves = _moves(plain)
        paid = [stage.exact_payoffs() for stage in plain.stages]
        self.choices = tuple(
            Choices(
                plain.exact_discount_factors[i],
                [np.moveaxis(u[..., i], i, 0).tolist() for u in paid],
                [np.moveaxis(rows, i, 0).tolist() for rows in moves],
            )
            for i in (0, 1)
        )

    def equilibria(self, supports: Supports) -> tuple[list[tuple[Mixes, Mixes]], str]:
        """Return the equilibria on supports, as the mixtures of both, and why they may not be all."""
        if monotonic() > self.ends_at:
            return [], "the deadline came first"
        known: dict[int, Mixtures] = {}
        # Player i's indifference is by the other's mixture: with fewer unknowns it is more often excluded.
        for i in sorted((0, 1), key=lambda i: sum(map(len, supports[1 - i])) - sum(map(len, supports[i]))):
            known[i] = indifferent(self.choices[i], supports[i], supports[1 - i], self.boxes)
            self.boxes -= known[i].boxes
            if self.boxes <= 0:
                return [], f"more than {NUMERICS.most_boxes:,} boxes are needed to isolate mixtures"
            # No mixture of the other makes these supports best: the other side need not be looked at.
            if known[i].decided and not known[i].found:
                return [], ""
        for i in (0, 1):
            if not known[i].decided:
                mixing = self.game.players[1 - i]
                where = f"where the supports are {self._shown(supports)}"
                return [], f"it is not decided how {mixing} mixes {where}: there may be a continuum"
        # Player 1's indifference gives player 2's mixtures and the other way round: every pair of them is an
        # equilibrium.
        return list(product(known[1].found, known[0].found)), ""

    def _shown(self, supports: Supports) -> str:
        parts = [
            " x ".join("/".join(stage.actions[i][a] for a in supports[i][s]) for i in (0, 1))
            for s, stage in enumerate(self.game.stages)
        ]
        return "; ".join(parts)


def _counts(game: StochasticGame) -> tuple[list[int], list[int]]:
    """Return for either player the number of actions in each state."""
    return [stage.n_actions[0] for stage in game.stages], [stage.n_actions[1] for stage in game.stages]


def _supports(count: int) -> list[tuple[int, ...]]:
    """Return the non-empty sets of so many actions, small ones first."""
    return list(chain.from_iterable(combinations(range(count), size) for size in range(1, count + 1)))


def _moves(game: StochasticGame) -> list[np.ndarray]:
    """Return by state the exact chances, shape (n_1, n_2, S)."""
    moves, exact = game.transitions, game.transitions.exact()
    dense = np.full((game.n_rows, game.n_states), Fraction(0), dtype=object)
    for row in range(game.n_rows):
        part = slice(moves.indptr[row], moves.indptr[row + 1])
        for state, chance in zip(moves.indices[part].tolist(), exact[part].tolist(), strict=True):
            dense[row, state] += chance
    return [
        dense[game.offsets[s] : game.offsets[s + 1]].reshape(*stage.n_actions, game.n_states)
        for s, stage in enumerate(game.stages)
    ]


def _strategy(game: StochasticGame, supports: Supports, mixes: tuple[Mixes, Mixes]) -> MarkovStrategy:
    play: dict[str, list[Choice]] = {}
    for s, (state, stage) in enumerate(zip(game.states, game.stages, strict=True)):
        play[state] = []
        for i in (0, 1):
            if len(supports[i][s]) == 1:
                play[state].append(stage.actions[i][supports[i][s][0]])
                continue
            vector = np.zeros(stage.n_actions[i])
            vector[list(supports[i][s])] = mixes[i][s]
            play[state].append(vector / vector.sum())
    return MarkovStrategy(play)
