"""Values of an automaton: the average discounted payoff of each player from each state.

V(s) = (1 - delta) u(a(s)) + delta sum over s' of P(s' | s) V(s'), one linear system for each player. With a
public signal, P(s' | s) is the expectation of the automaton's transition over the signals after a(s).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray, read_only
from negotiation.base.status import Status
from negotiation.errors import InvalidOptions, InvalidStrategy, UnknownPlayer, UnknownState, shown
from negotiation.game_theory.games import RepeatedGame, StochasticGame
from negotiation.game_theory.games.kinds import expect_kind
from negotiation.game_theory.linear_systems import discounted_values
from negotiation.game_theory.solvers.values.public_transitions import seen_transitions
from negotiation.game_theory.strategies import Automaton
from negotiation.game_theory.strategies.automaton import Target, as_lottery
from negotiation.game_theory.strategies.decision_problem import decision_problems
from negotiation.game_theory.strategies.markov_strategy import Choice, MarkovStrategy
from negotiation.game_theory.strategies.state_automaton import StateAutomaton
from negotiation.game_theory.strategies.state_chain import pair_values, reachable_pairs

# The only memory of a Markov strategy.
ALWAYS = "always"


@dataclass(frozen=True, eq=False)
class StateValues(Tabular):
    """Values of a strategy of a stochastic game, by memory, state and player.

    Parameters
    ----------
    values : array, shape (K, N)
        Average discounted payoffs of all players from each of the K pairs of memory and state that some
        history reaches.
    pairs : tuple of (str, str)
        Labels of the memory and the state of each row. The only memory of a Markov strategy is "always".
    states, players : tuple of str
        Labels of the S states of the game and of the N players.
    start : mapping from memory to probability
        Lottery over the memories in which play begins.
    status : {"complete"}
        Always complete.

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
        """Return the value at (memory, state, player), or before play at (state, player)."""
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
        """Value of each player before play, for each initial state of the game, shape (S, N)."""
        result = np.zeros((len(self.states), len(self.players)))
        for (memory, state), row in zip(self.pairs, self.values, strict=True):
            result[self.states.index(state)] += self.start.get(memory, 0.0) * row
        return result

    def table(self) -> Table:
        """Return a table with one row for each pair of memory and state, and one column for each player."""
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


@dataclass(frozen=True, eq=False)
class Values(Tabular):
    """Values of an automaton in a repeated game, by state and player.

    Parameters
    ----------
    values : array, shape (S, N)
        Average discounted payoff of each player from each state of the automaton.
    states, players : tuple of str
        Labels of the automaton's S states and of the N players.
    initial : str or mapping from state to probability
        The state in which play begins, or a lottery over states.
    status : {"complete"}
        Always complete.

    Examples
    --------
    >>> import negotiation as ng
    >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
    >>> grim = ng.strategies.grim_trigger(stage, ("C", "C"), ("D", "D"))
    >>> print(ng.value(ng.RepeatedGame(stage, 0.5), grim))
    average discounted values
    state      0  1
    cooperate  9  9
    punish     3  3
    """

    values: FloatArray
    states: tuple[str, ...]
    players: tuple[str, ...]
    initial: Target
    status: Status = "complete"

    def __getitem__(self, key: tuple[str, str]) -> float:
        try:
            state, player = key
        except (TypeError, ValueError):
            raise InvalidOptions(f"write values[state, player], with two labels; got {shown(key)}") from None
        UnknownState.unless_in(state, self.states)
        UnknownPlayer.unless_in(player, self.players)
        return float(self.values[self.states.index(state), self.players.index(player)])

    @property
    def payoffs(self) -> FloatArray:
        """Value of each player before play, shape (N,): the (expected) values of the initial state."""
        result = np.zeros(len(self.players))
        for state, chance in as_lottery(self.initial).items():
            result += float(chance) * self.values[self.states.index(state)]
        return result

    def table(self) -> Table:
        """Return a table with one row for each state of the automaton and one column for each player."""
        rows = tuple(
            (state, *(float(v) for v in row)) for state, row in zip(self.states, self.values, strict=True)
        )
        return Table("average discounted values", ("state", *self.players), rows)


@overload
def value(game: RepeatedGame, automaton: Automaton) -> Values: ...


@overload
def value(
    game: StochasticGame, automaton: StateAutomaton | MarkovStrategy | Mapping[str, Sequence[Choice]]
) -> StateValues: ...


def value(
    game: RepeatedGame | StochasticGame,
    automaton: Automaton | StateAutomaton | MarkovStrategy | Mapping[str, Sequence[Choice]],
) -> Values | StateValues:
    """Return the average discounted payoffs of a strategy profile from every state.

    Parameters
    ----------
    game : RepeatedGame or StochasticGame
        The game. A repeated game may have a public signal.
    automaton : Automaton, StateAutomaton, MarkovStrategy or mapping
        The strategy profile. For a repeated game, an `Automaton` with transitions by action profile or, if
        the game has a public signal, by signal. For a stochastic game, a `StateAutomaton`, a
        `MarkovStrategy`, a mapping from each state to one action or lottery for each player, or a Markov
        perfect equilibrium.

    Returns
    -------
    Values or StateValues
        For a repeated game, the values by state of the automaton and player; for a stochastic game, by
        memory, state and player.

    Raises
    ------
    InvalidGame
        If `game` is neither a RepeatedGame nor a StochasticGame, or the automaton's profiles do not have one
        action for each player.
    InvalidStrategy
        If the strategy is of the wrong kind for the game; if a Markov strategy omits a state or a player; if
        a transition is missing; or if transitions are by profile in a game with a public signal, or by signal
        in a game without one.
    UnknownAction
        If the strategy names an action that the game does not have.
    UnknownSignal
        If a transition names a signal that the game does not have.
    InvalidDiscountFactor
        If a discount factor is below 1e-100 or rounds to 1 as a float.

    Examples
    --------
    >>> from negotiation.game_theory.games import StageGame
    >>> from negotiation.game_theory.strategies import grim_trigger
    >>> stage = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]],
    ...                                 players=("A", "B"), actions=(("C", "D"), ("C", "D")))
    >>> value(RepeatedGame(stage, 0.5), grim_trigger(stage, ("C", "C"), ("D", "D")))["punish", "A"]
    3.0
    """
    if isinstance(strategy := getattr(automaton, "strategy", None), MarkovStrategy):
        automaton = strategy  # the strategy of a Markov perfect equilibrium
    if isinstance(game, StochasticGame) and isinstance(automaton, (StateAutomaton, MarkovStrategy, Mapping)):
        return state_values(game, automaton)
    if not isinstance(game, RepeatedGame) or not isinstance(automaton, Automaton):
        if not isinstance(game, StochasticGame):
            expect_kind(game, RepeatedGame, "a value, unless the game is a StochasticGame,")
        raise InvalidStrategy(
            "the values of a repeated game need an Automaton, for example strategies.grim_trigger(stage, "
            "cooperate, punish), and those of a stochastic game a StateAutomaton, a MarkovStrategy or a "
            f"mapping; got {type(automaton).__name__} with a {type(game).__name__}"
        )
    stage, states = game.stage, automaton.states
    move = np.zeros((len(states), len(states)))
    flow = np.empty((len(states), stage.n_players))
    for k, state in enumerate(states):
        profile = automaton.actions[state]
        flow[k] = stage.payoff(profile)
        for successor, chance in seen_transitions(game, automaton, state, profile).items():
            move[k, states.index(successor)] += float(chance)
    values = discounted_values(move, flow, game.float_discount_factors)
    read_only(values)
    return Values(values, states, stage.players, automaton.initial)
