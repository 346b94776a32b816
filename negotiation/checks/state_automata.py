"""One-shot-deviation check of an automaton in a stochastic game under perfect monitoring.

The product of the automaton's memories and the game's states is a Markov chain under compliance. Values solve
V = (1 - delta) u + delta T V on the pairs (memory, state) that some history reaches, from any state of the
game as the first; then every player's every single deviation in every such pair is compared with compliance
(one-shot-deviation principle; Abreu 1988). Shares no code with the solvers. Cost: one linear system of the
number of pairs for each player, and one pass through the transitions.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TypeAlias

import numpy as np

from negotiation.checks.linear import solve_linear
from negotiation.errors import InvalidStrategy
from negotiation.games import Profile, StochasticGame
from negotiation.numeric import KNIFE_EDGE, Number, NumberArray, as_fraction, payoff_tolerance
from negotiation.solutions.verdict import Deviation, Verdict, judge
from negotiation.strategies.state_automaton import StateAutomaton

SEPARATOR = " | "
"""Between memory and state where a deviation names the pair."""


Pair: TypeAlias = tuple[str, str]


@dataclass(frozen=True)
class Chain:
    """The pairs (memory, state) that some history reaches, and the game's numbers.

    Parameters
    ----------
    game : StochasticGame
    automaton : StateAutomaton
    exact : bool
        Whether the numbers are rational.
    pairs : mapping from pair to position
        The pairs that some history reaches.
    least : array, shape (N,)
        Each player's least payoff of the game, from which values are counted.
    payoffs : tuple of arrays, shape (n_1, ..., n_N, N)
        By state, from the least payoffs.
    """

    game: StochasticGame
    automaton: StateAutomaton
    exact: bool
    pairs: dict[Pair, int]
    least: NumberArray
    payoffs: tuple[NumberArray, ...]
    _chances: NumberArray
    _known: dict[tuple[str, str, Profile], dict[Pair, Number]]

    def after(self, memory: str, state: str, profile: Profile) -> dict[Pair, Number]:
        """Return the distribution of the next pair."""
        if (memory, state, profile) not in self._known:
            self._known[memory, state, profile] = self._after(memory, state, profile)
        return self._known[memory, state, profile]

    def payoff(self, state: str, profile: Profile) -> NumberArray:
        """Return the players' payoffs, shape (N,), from their least ones."""
        s = self.game.state_index(state)
        row: NumberArray = self.payoffs[s][self.game.stages[s].profile_index(profile)]
        return row

    @property
    def deltas(self) -> tuple[Number, ...]:
        """The discount factor of each player."""
        if self.exact:
            return self.game.exact_discount_factors
        return tuple(float(delta) for delta in self.game.discount_factors)

    def _after(self, memory: str, state: str, profile: Profile) -> dict[Pair, Number]:
        s = self.game.state_index(state)
        stage = self.game.stages[s]
        row = int(np.ravel_multi_index(stage.profile_index(profile), stage.n_actions))
        row += int(self.game.offsets[s])
        part = slice(self.game.transitions.indptr[row], self.game.transitions.indptr[row + 1])
        found: dict[Pair, Number] = {}
        convert = as_fraction if self.exact else float
        for k, chance in zip(
            self.game.transitions.indices[part].tolist(), self._chances[part].tolist(), strict=True
        ):
            after = self.game.states[k]
            for following, p in self.automaton.next_memories(memory, state, profile, after).items():
                if p and chance:
                    key = (following, after)
                    found[key] = found.get(key, convert(0)) + chance * convert(p)
        return found


def verify_state_automaton(
    game: StochasticGame, automaton: StateAutomaton, *, exact: bool = False
) -> Verdict:
    """Check whether an automaton with state is a subgame perfect equilibrium of a stochastic game.

    Parameters
    ----------
    game : StochasticGame
        Perfect monitoring, one or several discount factors.
    automaton : StateAutomaton
    exact : bool, optional
        Whether to compute in rational numbers; floats are taken at their exact binary value, and a
        transition row is divided by its exact sum.

    Returns
    -------
    Verdict
        The margin is in average discounted payoffs; a deviation's state is "memory | state".

    Raises
    ------
    InvalidStrategy
        If a pair that some history reaches has no profile or no transition, or a profile does not fit.
    UnknownAction, UnknownState
        If the automaton names an action or a state that the game does not have.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from negotiation.strategies.grim_trigger_in_states import grim_trigger_in_states
    >>> payoffs = [[[[9, 9], [1, 10]], [[10, 1], [3, 3]]]]
    >>> game = StochasticGame(payoffs, np.ones((1, 2, 2, 1), dtype=int), Fraction(1, 7))
    >>> grim = grim_trigger_in_states(game, {"0": ("0", "0")}, {"0": ("1", "1")})
    >>> verify_state_automaton(game, grim, exact=True).margin
    Fraction(0, 1)
    """
    chain = reachable_pairs(game, automaton, exact)
    values = pair_values(chain)
    worst: Deviation | None = None
    checked = 0
    for memory, state in chain.pairs:
        for i in range(game.n_players):
            for found in _deviations(chain, values, memory, state, i):
                checked += 1
                if worst is None or found.gain > worst.gain:
                    worst = found
    tolerance = payoff_tolerance(game.flat_payoffs(), KNIFE_EDGE)
    return judge("subgame perfect equilibrium", worst, tolerance, exact, checked)


def reachable_pairs(game: StochasticGame, automaton: StateAutomaton, exact: bool) -> Chain:
    """Return the pairs (memory, state) that some history reaches from some first state.

    Every action profile counts, on the path or off it.
    """
    _check_labels(game, automaton)
    chances: NumberArray = game.transitions.exact() if exact else game.transitions.floats()
    payoffs: list[NumberArray] = [stage.exact_payoffs() if exact else stage.payoffs for stage in game.stages]
    least = np.concatenate([rows.reshape(-1, game.n_players) for rows in payoffs]).min(axis=0)
    above = tuple(rows - least for rows in payoffs)
    chain = Chain(game, automaton, exact, {}, least, above, chances, {})
    frontier = [(m, state) for m, p in automaton.start.items() if p for state in game.states]
    found = set(frontier)
    while frontier:
        memory, state = frontier.pop()
        for profile in product(*game.stage(state).actions):
            new = set(chain.after(memory, state, profile)) - found
            frontier.extend(new)
            found |= new
    for pair in product(automaton.memories, game.states):
        if pair in found:
            chain.pairs[pair] = len(chain.pairs)
    return chain


def pair_values(chain: Chain) -> NumberArray:
    """Return the average discounted values of the pairs, shape (pairs, N), from each least payoff."""
    size, game = len(chain.pairs), chain.game
    kind = object if chain.exact else np.float64
    move: NumberArray = np.zeros((size, size), dtype=kind)
    flow: NumberArray = np.zeros((size, game.n_players), dtype=kind)
    for (memory, state), k in chain.pairs.items():
        profile = chain.automaton.profile(memory, state)
        flow[k] = chain.payoff(state, profile)
        for pair, chance in chain.after(memory, state, profile).items():
            move[k, chain.pairs[pair]] += chance
    values: NumberArray = np.empty_like(flow)
    for i, delta in enumerate(chain.deltas):
        values[:, i] = solve_linear(np.eye(size, dtype=kind) - delta * move, (1 - delta) * flow[:, i])
    return values


def _deviations(chain: Chain, values: NumberArray, memory: str, state: str, i: int) -> list[Deviation]:
    """Return the player's departures in a pair, with what each gains."""
    stage, delta = chain.game.stage(state), chain.deltas[i]
    profile = chain.automaton.profile(memory, state)
    here = values[chain.pairs[memory, state], i]
    found: list[Deviation] = []
    for action in stage.actions[i]:
        if action == profile[i]:
            continue
        other = (*profile[:i], action, *profile[i + 1 :])
        later = sum(
            chance * values[chain.pairs[pair], i]
            for pair, chance in chain.after(memory, state, other).items()
        )
        gain = (1 - delta) * chain.payoff(state, other)[i] + delta * later - here
        gain = gain if chain.exact else float(gain)
        found.append(Deviation(stage.players[i], action, profile[i], gain, f"{memory}{SEPARATOR}{state}"))
    return found


def _check_labels(game: StochasticGame, automaton: StateAutomaton) -> None:
    """Refuse labels that the game does not have, wherever the automaton names them."""
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
            f"a profile names one action for each of {stage.players}; {where} has {profile!r} in state "
            f"{state!r}"
        )
    stage.profile_index(profile)
