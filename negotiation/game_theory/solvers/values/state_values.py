"""Values of strategies of stochastic games: of automata with state, and of Markov strategies.

V = (1 - delta) u + delta T V on the pairs (memory, state), one linear system for each player; a Markov
strategy has one memory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray, read_only
from negotiation.base.status import Status
from negotiation.errors import UnknownPlayer, UnknownState
from negotiation.game_theory.games import StochasticGame
from negotiation.game_theory.strategies.decision_problem import decision_problems
from negotiation.game_theory.strategies.markov_strategy import Choice, MarkovStrategy
from negotiation.game_theory.strategies.state_automaton import StateAutomaton
from negotiation.game_theory.strategies.state_chain import pair_values, reachable_pairs

# The one memory of a Markov strategy.
ALWAYS = "always"


@dataclass(frozen=True, eq=False)
class StateValues(Tabular):
    """Values by memory, state and player.

    Parameters
    ----------
    values : array, shape (K, N)
        Average discounted payoffs from each pair that some history reaches.
    pairs : tuple of (memory, state)
        Labels of the rows; the memory of a Markov strategy is "always".
    states, players : tuple of str
        The game's labels.
    start : mapping from memory to probability
        The lottery over the memory with which play begins.
    status : {"complete"}
        Always complete: nothing is left out.

    Examples
    --------
    >>> import negotiation as ng
    >>> calm = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
    >>> tense = ng.StageGame.from_matrices([[5, 0], [6, 1]], [[5, 6], [0, 1]], actions=("CD", "CD"))
    >>> moves = [[[[1, 0], [0, 1]], [[0, 1], [0, 1]]], [[[0.5, 0.5], [0, 1]], [[0, 1], [0, 1]]]]
    >>> game = ng.StochasticGame.from_stages({"calm": calm, "tense": tense}, moves, 0.9)
    >>> strategy = {"calm": ("D", "D"), "tense": ("D", "D")}
    >>> print(ng.value(game, strategy))
    average discounted values
    memory  state    0    1
    always  calm   1.2  1.2
    always  tense    1    1
    """

    values: FloatArray
    pairs: tuple[tuple[str, str], ...]
    states: tuple[str, ...]
    players: tuple[str, ...]
    start: Mapping[str, float]
    status: Status = "complete"

    def __getitem__(self, key: tuple[str, str] | tuple[str, str, str]) -> float:
        """Return a value by (memory, state, player), or before play by (state, player)."""
        player, state = key[-1], key[-2]
        UnknownPlayer.unless_in(player, self.players)
        UnknownState.unless_in(state, self.states)
        i = self.players.index(player)
        if len(key) == 2:
            return float(self.payoffs[self.states.index(state), i])
        if key[:2] not in self.pairs:
            raise UnknownState(key[0], [memory for memory, named in self.pairs if named == state])
        return float(self.values[self.pairs.index((key[0], state)), i])

    @property
    def payoffs(self) -> FloatArray:
        """The players' values before play, by the game's first state, shape (S, N)."""
        result = np.zeros((len(self.states), len(self.players)))
        for (memory, state), row in zip(self.pairs, self.values, strict=True):
            result[self.states.index(state)] += self.start.get(memory, 0.0) * row
        return result

    def table(self) -> Table:
        """Return one row for each memory and state."""
        rows = tuple(
            (*pair, *(float(v) for v in row)) for pair, row in zip(self.pairs, self.values, strict=True)
        )
        return Table("average discounted values", ("memory", "state", *self.players), rows)


def state_values(
    game: StochasticGame, strategy: StateAutomaton | MarkovStrategy | Mapping[str, Sequence[Choice]]
) -> StateValues:
    """Return the values of a strategy of a stochastic game.

    Examples
    --------
    >>> game = StochasticGame([[[[2, 4]]], [[[0, 0]]]], np.full((2, 1, 1, 2), 0.5), 0.5)
    >>> values = state_values(game, {"0": ("0", "0"), "1": ("0", "0")})
    >>> values["0", "1"], values["always", "1", "0"]
    (3.0, 0.5)
    """
    if isinstance(strategy, StateAutomaton):
        chain = reachable_pairs(game, strategy, exact=False)
        values = np.array(pair_values(chain) + chain.least, dtype=np.float64)
        pairs = tuple(chain.pairs)
        start = {memory: float(p) for memory, p in strategy.start.items()}
    else:
        markov = strategy if isinstance(strategy, MarkovStrategy) else MarkovStrategy(strategy)
        problems = decision_problems(game, markov, exact=False)
        values = np.stack([problem.values(problem.own) + problem.least for problem in problems], axis=1)
        pairs, start = tuple((ALWAYS, state) for state in game.states), {ALWAYS: 1.0}
    read_only(values)
    return StateValues(values, pairs, game.states, game.players, start)
