"""Values of an automaton: the average discounted payoff of each player from each state.

V(s) = (1 - delta) u(a(s)) + delta sum over s' of P(s' | s) V(s'), one linear system for each player. With a
public signal P(s' | s) sums the automaton's moves over the signals that the prescribed profile sends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np

from negotiation.base.labelled import Table, Tabular
from negotiation.base.numeric import FloatArray, read_only
from negotiation.base.status import Status
from negotiation.errors import InvalidStrategy, UnknownPlayer, UnknownState
from negotiation.game_theory.games import RepeatedGame, StochasticGame
from negotiation.game_theory.games.kinds import expect_kind
from negotiation.game_theory.linear_systems import discounted_values
from negotiation.game_theory.solvers.values.public_transitions import seen_transitions
from negotiation.game_theory.solvers.values.state_values import StateValues, state_values
from negotiation.game_theory.strategies import Automaton
from negotiation.game_theory.strategies.automaton import Target, as_lottery
from negotiation.game_theory.strategies.markov_strategy import Choice, MarkovStrategy
from negotiation.game_theory.strategies.state_automaton import StateAutomaton


@dataclass(frozen=True, eq=False)
class Values(Tabular):
    """Values by state and player.

    Parameters
    ----------
    values : array, shape (S, N)
        Average discounted payoffs.
    states, players : tuple of str
        Labels of the rows and columns.
    initial : str or mapping from state to probability
        The state in which play begins, or the lottery over it.
    status : {"complete"}
        Always complete: nothing is left out.

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
        state, player = key
        UnknownState.unless_in(state, self.states)
        UnknownPlayer.unless_in(player, self.players)
        return float(self.values[self.states.index(state), self.players.index(player)])

    @property
    def payoffs(self) -> FloatArray:
        """The players' values before play, shape (N,): those of the initial state or lottery."""
        result = np.zeros(len(self.players))
        for state, chance in as_lottery(self.initial).items():
            result += float(chance) * self.values[self.states.index(state)]
        return result

    def table(self) -> Table:
        """Return one row for each state."""
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
    """Return the values of an automaton in a repeated game, under perfect monitoring or with a public signal.

    In a stochastic game, those of an automaton with state or of a Markov strategy.

    Parameters
    ----------
    game : RepeatedGame or StochasticGame
        Stage games and discount factors.
    automaton : Automaton
        The strategy profile: transitions keyed by action profiles or, where the game has a public signal, by
        signals. In a stochastic game a StateAutomaton, a MarkovStrategy or a mapping from state to profile.

    Returns
    -------
    Values or StateValues
        By state and player, states in the automaton's order; in a stochastic game by memory and state.

    Raises
    ------
    InvalidStrategy
        If the strategy is of a kind that the game does not take, or a transition that is needed is missing,
        or keyed by a profile where signals are seen or the reverse.
    UnknownSignal
        If a key is not a signal of the game.

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
        automaton = strategy  # of a Markov perfect equilibrium
    if isinstance(game, StochasticGame) and isinstance(automaton, (StateAutomaton, MarkovStrategy, Mapping)):
        return state_values(game, automaton)
    if not isinstance(game, RepeatedGame) or not isinstance(automaton, Automaton):
        if not isinstance(game, StochasticGame):
            expect_kind(game, RepeatedGame, "a value")
        raise InvalidStrategy(
            f"no values of a {type(automaton).__name__} in a {type(game).__name__}: a repeated game takes an "
            "Automaton, for example strategies.grim_trigger(stage, cooperate, punish); a stochastic game a "
            "StateAutomaton, a MarkovStrategy or a mapping"
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
