"""All Markov perfect equilibria of a stochastic game whose states are separate or few, with proof.

If states can be solved one after another, a profile is an equilibrium iff in every state s it is a Nash
equilibrium of the game with payoffs

    u_i(s, a) + delta_i / (1 - delta_i) sum_t P(t | s, a) V_i(t)

(the one-shot deviation principle; Maskin and Tirole 2001). Only states t whose probability depends on the
action a matter. If these never lead back to s, their values V are known before s is solved. Going backwards
from the states that play reaches last, every state is then a stage game, and `solve` finds all its
equilibria. Each combination of later values gives one game, so the equilibria are the leaves of a tree. This
does not work for games in which a choice moves play among states that lead back to it, because their
equations have products of values and probabilities. Cost: one stage game for each state and relevant
combination of later equilibria.

In a small game of two players, states may lead back to one another. A profile of supports says which actions
are played with positive probability in each state. On it, player 2's mixtures alone make player 1
indifferent, and player 1's make player 2 indifferent (`exact.indifference`). The equilibria on these supports
are thus the pairs of one such mixture of each player. Every profile of supports is tried. Mixtures are found
in exact numbers if they have at most two unknowns, and otherwise as isolated zeros. If neither player's
mixtures are excluded and one player's are undecided, as in a continuum, there is no proof. Floats are read as
rational numbers by `plain_game`. Cost: two systems for each of the (2^n - 1)^(2 S) profiles of supports, with
n actions in each of S states. The system with fewer unknowns is solved first, and the other only if the first
has a solution.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import chain, combinations, product
from math import inf, prod
from time import monotonic
from typing import TypeAlias

import numpy as np

from negotiation.base.numeric import Number, NumberArray, fraction_array, is_exact
from negotiation.game_theory.exact.indifference import Mixes, Mixtures, PlayerStates, Support, indifferent
from negotiation.game_theory.games import StageGame, StochasticGame
from negotiation.game_theory.games.plain_payoffs import plain_game
from negotiation.game_theory.linear_systems import solve_linear
from negotiation.game_theory.solvers.markov.numerics import NUMERICS
from negotiation.game_theory.solvers.nash.solve import solve
from negotiation.game_theory.strategies.markov_strategy import Choice, MarkovStrategy

# One probability for each action of each player.
Mixed: TypeAlias = tuple[tuple[Number, ...], ...]


# Reason why a state cannot be solved after the states that follow it.
COUPLED = "move play among states that lead back to it"


class _Unproven(Exception):
    """Raised if it is not proven that all equilibria are found; the message is the reason."""


@dataclass(frozen=True)
class _Leaf:
    """Play in the states solved so far, and the values of these states (empty if they are not needed)."""

    play: dict[int, Mixed]
    values: dict[int, Sequence[Number]]


def all_equilibria(game: StochasticGame, ends_at: float = inf) -> tuple[tuple[MarkovStrategy, ...], str]:
    """Return all equilibria of separate states and "", or none and the reason why there is no proof."""
    try:
        leaves = _States(game, ends_at).leaves()
    except _Unproven as doubt:
        return (), str(doubt)
    return tuple(
        MarkovStrategy(
            {
                state: [_choice(*pair) for pair in zip(stage.actions, leaf.play[s], strict=True)]
                for s, (state, stage) in enumerate(zip(game.states, game.stages, strict=True))
            }
        )
        for leaf in leaves
    ), ""


class _States:
    """The states of a game, grouped by which lead back to one another, and solved group by group."""

    def __init__(self, game: StochasticGame, ends_at: float) -> None:
        if game.n_players < 2 or game.n_states > NUMERICS.most_separate_states:
            raise _Unproven(f"one player, or more than {NUMERICS.most_separate_states} states")
        for state, stage in zip(game.states, game.stages, strict=True):
            if max(stage.n_actions) > NUMERICS.most_separate_actions:
                raise _Unproven(
                    f"in state {state!r} there are more than {NUMERICS.most_separate_actions} actions"
                )
        self.game, self.ends_at = game, ends_at
        given = [stage.given_payoffs() for stage in game.stages]
        self.moves = game.transitions.to_dense()
        self.exact = all(array.dtype == object for array in (self.moves, *given)) and all(
            is_exact(delta) for delta in game.discount_factors
        )
        self.payoffs: list[NumberArray] = given if self.exact else [stage.payoffs for stage in game.stages]
        self.deltas: Sequence[Number] = (
            game.exact_discount_factors if self.exact else game.float_discount_factors
        )
        if not self.exact:
            self.moves = self.moves.astype(np.float64)
        self.matters = [self._matters(s) for s in range(game.n_states)]
        # s can be solved by itself if no state in `matters[s]` leads back to it.
        reached = [{game.state_index(label) for label in game.reachable(state)} for state in game.states]
        for s, state in enumerate(game.states):
            if any(s in reached[t] for t in self.matters[s]):
                raise _Unproven(f"choices in state {state!r} {COUPLED}")
        # A part that leads to another part reaches more states, so parts that reach the fewest come first.
        parts = {
            tuple(t for t in sorted(ahead) if s in reached[t]): len(ahead) for s, ahead in enumerate(reached)
        }
        self.parts = [list(part) for part in sorted(parts, key=lambda part: parts[part])]

    def _matters(self, s: int) -> list[int]:
        """Return the states whose probability after state s depends on the actions in s."""
        rows = self.moves[self.game.offsets[s] : self.game.offsets[s + 1]]
        return [t for t in range(self.game.n_states) if any(rows[:, t] != rows[0, t])]

    def leaves(self) -> list[_Leaf]:
        """Return the equilibria of the whole game, each as play and values in all states."""
        leaves = [_Leaf({}, {})]
        fixed: dict[int, list[Mixed]] = {}
        for part in self.parts:
            grown: list[_Leaf] = []
            for leaf in leaves:
                choices = []
                for s in part:
                    known = fixed.get(s)
                    mixtures = self._equilibria(s, leaf) if known is None else known
                    # Only the stage game matters, so the equilibria are the same under every leaf.
                    if not self.matters[s]:
                        fixed[s] = mixtures
                    choices.append(mixtures)
                # Counted before they are made, because their number may explode.
                if (
                    len(grown) + np.prod([float(len(mixtures)) for mixtures in choices])
                    > NUMERICS.most_equilibria
                ):
                    raise _Unproven(f"there are more than {NUMERICS.most_equilibria}")
                grown += [self._with(leaf, part, chosen) for chosen in product(*choices)]
            leaves = grown
        return leaves

    def _equilibria(self, s: int, leaf: _Leaf) -> list[Mixed]:
        """Return all equilibria in a state, given the values of the states after it."""
        stage = self.game.stages[s]
        # If no transition depends on the actions, the stage game is solved as it was given.
        payoffs = stage.given_payoffs()
        if self.matters[s]:
            rows = self.moves[self.game.offsets[s] : self.game.offsets[s + 1]][:, self.matters[s]]
            later = rows @ self._numbers([leaf.values[t] for t in self.matters[s]])
            weights = self._numbers([delta / (1 - delta) for delta in self.deltas])
            payoffs = self.payoffs[s] + (later * weights).reshape(self.payoffs[s].shape)
        choosing = _choosing(stage)
        own = payoffs.reshape(-1, stage.n_players)[:, choosing]
        # Players without a choice are left out, so that two players with a choice make a bimatrix game.
        small = StageGame(own.reshape(*(stage.n_actions[i] for i in choosing), len(choosing)))
        left = self.ends_at - monotonic()
        if left <= 0:
            raise _Unproven("the deadline passed before the search ended")
        solution = solve(small, exact=small.given_payoffs().dtype == object, deadline=left)
        if solution.status != "complete":
            raise _Unproven(f"state {self.game.states[s]!r}: {solution.reason}")
        # The extreme equilibria of a component stand for a continuum, and each of its points would give
        # another game in the states before.
        if solution.continua or any(len(component.equilibria) > 1 for component in solution.components):
            raise _Unproven(f"there is a continuum of equilibria in state {self.game.states[s]!r}")
        # After an irrational equilibrium the states before would have no exact payoffs.
        if any(e.bounds is not None for e in solution) and any(self.matters):
            raise _Unproven(f"an equilibrium in state {self.game.states[s]!r} is not rational")
        mixed = [e.strategies if e.exact is None else e.exact for e in solution]
        return [
            tuple(
                tuple(own[choosing.index(i)]) if i in choosing else (Fraction(1),)
                for i in range(stage.n_players)
            )
            for own in mixed
        ]

    def _with(self, leaf: _Leaf, part: list[int], chosen: Sequence[Mixed]) -> _Leaf:
        """Return a leaf extended by the play in one more part of the states, and by the part's values."""
        play = {**leaf.play, **dict(zip(part, chosen, strict=True))}
        if not any(self.matters):
            return _Leaf(play, leaf.values)
        values = {s: tuple(row) for s, row in zip(part, self._values(leaf, part, chosen), strict=True)}
        return _Leaf(play, {**leaf.values, **values})

    def _values(self, leaf: _Leaf, part: list[int], chosen: Sequence[Mixed]) -> list[list[Number]]:
        """Return a part's values V = (1 - delta) u + delta (P V + P' V') by state and player; V' is known."""
        known = sorted(leaf.values)
        moves, flows = [], []
        for s, mixed in zip(part, chosen, strict=True):
            weights = reduce(np.multiply.outer, [self._numbers(vector) for vector in mixed]).ravel()
            moves.append(weights @ self.moves[self.game.offsets[s] : self.game.offsets[s + 1]])
            flows.append(weights @ self.payoffs[s].reshape(-1, self.game.n_players))
        values = np.empty((len(part), self.game.n_players), dtype=self.moves.dtype)
        among, later, now = np.array(moves)[:, part], np.array(moves)[:, known], np.array(flows)
        unit = self._numbers(np.eye(len(part), dtype=int))
        for i, delta in enumerate(self.deltas):
            right = (1 - delta) * now[:, i]
            if known:
                right = right + delta * (later @ self._numbers([leaf.values[t][i] for t in known]))
            values[:, i] = solve_linear(unit - delta * among, right)
        return values.tolist()

    def _numbers(self, values: object) -> NumberArray:
        array = np.asarray(values, dtype=object)
        return fraction_array(array) if self.exact else array.astype(np.float64)


def _choosing(stage: StageGame) -> list[int]:
    """Return all players who have a choice, and others if they are fewer than two, in order."""
    movers = [i for i, count in enumerate(stage.n_actions) if count > 1]
    idle = [i for i, count in enumerate(stage.n_actions) if count == 1]
    return sorted(movers + idle[: max(0, 2 - len(movers))])


def _choice(labels: Sequence[str], probabilities: Sequence[Number]) -> Choice:
    """Return a pure choice as its label, and a mixed one as an array."""
    return labels[list(probabilities).index(1)] if 1 in probabilities else np.array(probabilities)


# The support of each player.
Supports: TypeAlias = tuple[Support, Support]


def all_in_coupled_states(
    game: StochasticGame, ends_at: float = inf
) -> tuple[tuple[MarkovStrategy, ...], str]:
    """Return all equilibria for two players and "", or none and the reason why there is no proof."""
    if game.n_players != 2:
        return (), f"supports are tried only for two players; the game has {game.n_players}"
    size = prod((2**n - 1) for stage in game.stages for n in stage.n_actions)
    if size > NUMERICS.most_support_profiles:
        return (), f"there are {size:,} profiles of supports, more than {NUMERICS.most_support_profiles:,}"
    search = _Search(game, ends_at)
    strategies: list[MarkovStrategy] = []
    first, second = (list(product(*map(_supports, counts))) for counts in _counts(game))
    for supports in product(first, second):
        mixtures, doubt = search.equilibria(supports)
        if doubt:
            return (), doubt
        strategies += [_strategy(game, supports, pair) for pair in mixtures]
    return tuple(strategies), ""


class _Search:
    """The choices of both players in rational numbers, the boxes left, and the end of the time allowed."""

    def __init__(self, game: StochasticGame, ends_at: float) -> None:
        self.game, self.ends_at, self.boxes = game, ends_at, NUMERICS.most_boxes
        plain = plain_game(game)
        moves = _moves(plain)
        paid = [stage.exact_payoffs() for stage in plain.stages]
        self.choices = tuple(
            PlayerStates(
                plain.exact_discount_factors[i],
                [np.moveaxis(u[..., i], i, 0).tolist() for u in paid],
                [np.moveaxis(rows, i, 0).tolist() for rows in moves],
            )
            for i in (0, 1)
        )

    def equilibria(self, supports: Supports) -> tuple[list[tuple[Mixes, Mixes]], str]:
        """Return the equilibria on given supports as pairs of mixtures, and why some may be missing or ""."""
        if monotonic() > self.ends_at:
            return [], "the deadline passed before the search ended"
        known: dict[int, Mixtures] = {}
        # The other's mixture makes player i indifferent. The system with fewer unknowns comes first.
        for i in sorted((0, 1), key=lambda i: sum(map(len, supports[1 - i])) - sum(map(len, supports[i]))):
            known[i] = indifferent(self.choices[i], supports[i], supports[1 - i], self.boxes)
            self.boxes -= known[i].boxes
            if self.boxes <= 0:
                return [], f"more than {NUMERICS.most_boxes:,} boxes would be necessary to isolate mixtures"
            # No mixture of the other player makes these supports optimal, so the other system is not solved.
            if known[i].decided and not known[i].found:
                return [], ""
        for i in (0, 1):
            if not known[i].decided:
                mixing = self.game.players[1 - i]
                where = f"where the supports are {self._shown(supports)}"
                return [], f"it is not decided how {mixing} mixes {where}: there may be a continuum"
        # Player 1's indifference gives player 2's mixtures and vice versa; every pair of mixtures is an
        # equilibrium.
        return list(product(known[1].found, known[0].found)), ""

    def _shown(self, supports: Supports) -> str:
        parts = [
            " x ".join("/".join(stage.actions[i][a] for a in supports[i][s]) for i in (0, 1))
            for s, stage in enumerate(self.game.stages)
        ]
        return "; ".join(parts)


def _counts(game: StochasticGame) -> tuple[list[int], list[int]]:
    """Return for each player the number of actions in each state."""
    return [stage.n_actions[0] for stage in game.stages], [stage.n_actions[1] for stage in game.stages]


def _supports(count: int) -> list[tuple[int, ...]]:
    """Return the non-empty sets of `count` actions, small ones first."""
    return list(chain.from_iterable(combinations(range(count), size) for size in range(1, count + 1)))


def _moves(game: StochasticGame) -> list[np.ndarray]:
    """Return the exact transition probabilities of each state, shape (n_1, n_2, S)."""
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
