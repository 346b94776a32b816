"""The Markov chain of an automaton in a stochastic game: pairs of memory and state, moves and values.

Under compliance the pairs (memory, state) that some history reaches are a Markov chain with transitions T,
and their values solve V_i = (1 - delta_i) u_i + delta_i T V_i, one linear system for each player. Cost: one
pass through the transitions, and the systems.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TypeAlias

import numpy as np

from negotiation.base.numeric import Number, NumberArray, as_fraction
from negotiation.errors import InvalidStrategy
from negotiation.game_theory.games import Profile, StochasticGame
from negotiation.game_theory.games.own_units import least_and_above
from negotiation.game_theory.linear_systems import discounted_values
from negotiation.game_theory.strategies.state_automaton import StateAutomaton

# Between memory and state where a deviation names the pair.
SEPARATOR = " | "

Pair: TypeAlias = tuple[str, str]


@dataclass(frozen=True)
class Chain:
    """The pairs (memory, state) that some history reaches, with the game's payoffs and transitions."""

    game: StochasticGame
    automaton: StateAutomaton
    exact: bool
    # The pairs that some history reaches, with their positions in the chain.
    pairs: dict[Pair, int]
    # (N,): each player's least payoff of the game, from which values are counted.
    least: NumberArray
    # (n_1, ..., n_N, N): by state, from the least payoffs.
    payoffs: tuple[NumberArray, ...]
    _chances: NumberArray
    _known: dict[tuple[str, str, Profile], dict[Pair, Number]]

    def after(self, memory: str, state: str, profile: Profile) -> dict[Pair, Number]:
        """Return the distribution over the next pair after a profile is played with a memory in a state."""
        if (memory, state, profile) not in self._known:
            self._known[memory, state, profile] = self._after(memory, state, profile)
        return self._known[memory, state, profile]

    def payoff(self, state: str, profile: Profile) -> NumberArray:
        """Return the players' payoffs, shape (N,), each counted from the player's least payoff."""
        s = self.game.state_index(state)
        row: NumberArray = self.payoffs[s][self.game.stages[s].profile_index(profile)]
        return row

    @property
    def deltas(self) -> tuple[Number, ...]:
        """The discount factor of each player."""
        if self.exact:
            return self.game.exact_discount_factors
        return self.game.float_discount_factors

    def _after(self, memory: str, state: str, profile: Profile) -> dict[Pair, Number]:
        s = self.game.state_index(state)
        stage = self.game.stages[s]
        row = int(np.ravel_multi_index(stage.profile_index(profile), stage.n_actions))
        row += int(self.game.offsets[s])
        part = slice(self.game.transitions.indptr[row], self.game.transitions.indptr[row + 1])
        solution: dict[Pair, Number] = {}
        convert = as_fraction if self.exact else float
        for k, chance in zip(
            self.game.transitions.indices[part].tolist(), self._chances[part].tolist(), strict=True
        ):
            after = self.game.states[k]
            for following, p in self.automaton.next_memories(memory, state, profile, after).items():
                if p and chance:
                    key = (following, after)
                    solution[key] = solution.get(key, convert(0)) + chance * convert(p)
        return solution


def reachable_pairs(game: StochasticGame, automaton: StateAutomaton, exact: bool) -> Chain:
    """Return the chain of the pairs (memory, state) that some history reaches from some first state.

    Histories include all action profiles, also those off the path of play.
    """
    _check_labels(game, automaton)
    chances: NumberArray = game.transitions.exact() if exact else game.transitions.floats()
    least, above = least_and_above(game.stages, exact)
    chain = Chain(game, automaton, exact, {}, least, above, chances, {})
    frontier = [(m, state) for m, p in automaton.start.items() if p for state in game.states]
    reached = set(frontier)
    while frontier:
        memory, state = frontier.pop()
        for profile in product(*game.stage(state).actions):
            new = set(chain.after(memory, state, profile)) - reached
            frontier.extend(new)
            reached |= new
    for pair in product(automaton.memories, game.states):
        if pair in reached:
            chain.pairs[pair] = len(chain.pairs)
    return chain


def pair_values(chain: Chain) -> NumberArray:
    """Return the pairs' average discounted values, shape (pairs, N), from each player's least payoff."""
    size, game = len(chain.pairs), chain.game
    kind = object if chain.exact else np.float64
    move: NumberArray = np.zeros((size, size), dtype=kind)
    flow: NumberArray = np.zeros((size, game.n_players), dtype=kind)
    for (memory, state), k in chain.pairs.items():
        profile = chain.automaton.profile(memory, state)
        flow[k] = chain.payoff(state, profile)
        for pair, chance in chain.after(memory, state, profile).items():
            move[k, chain.pairs[pair]] += chance
    return discounted_values(move, flow, chain.deltas)


def _check_labels(game: StochasticGame, automaton: StateAutomaton) -> None:
    """Raise an error if the automaton names a state, action or profile that the game does not have."""
    for (memory, state), profile in automaton.actions.items():
        _fit(game, state, profile, f"memory {memory!r}")
    for memory, row in automaton.transitions.items():
        for key in row:
            if isinstance(key, str):
                continue
            _fit(game, key[0], key[1], f"a transition of memory {memory!r}")
            if len(key) == 3:
                game.state_index(key[2])


def _fit(game: StochasticGame, state: str, profile: Profile, where: str) -> None:
    stage = game.stage(state)
    if len(profile) != stage.n_players:
        raise InvalidStrategy(
            f"a profile must name one action for each of {stage.players}; {where} has {profile!r} in state "
            f"{state!r}"
        )
    stage.profile_index(profile)
