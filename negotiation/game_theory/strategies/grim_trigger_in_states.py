"""Grim trigger in a stochastic game: cooperate until anyone deviates, then play a Markov strategy for ever.

Friedman, J. W. (1971), "A non-cooperative equilibrium for supergames", Review of Economic Studies 38(1), has
the case of one state.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from negotiation.game_theory.games import StochasticGame
from negotiation.game_theory.games.kinds import expect_kind
from negotiation.game_theory.strategies.automaton import OTHERWISE, Target
from negotiation.game_theory.strategies.markov_strategy import MarkovStrategy
from negotiation.game_theory.strategies.state_automaton import StateAutomaton, StateKey, pure_profiles


def grim_trigger_in_states(
    game: StochasticGame,
    cooperate: MarkovStrategy | Mapping[str, Sequence[str]],
    punish: MarkovStrategy | Mapping[str, Sequence[str]],
    names: tuple[str, str] = ("cooperate", "punish"),
) -> StateAutomaton:
    """Return the grim-trigger automaton of a stochastic game.

    Parameters
    ----------
    game : StochasticGame
        The game.
    cooperate : MarkovStrategy, or mapping from state to profile
        The pure Markov strategy played until someone deviates from it.
    punish : MarkovStrategy, or mapping from state to profile
        The pure Markov strategy played for ever after a deviation.
    names : tuple of two str, optional
        Labels of the two memories; "cooperate" and "punish" by default.

    Returns
    -------
    StateAutomaton
        An automaton with two memories. It is subgame perfect only if `punish` is a Markov perfect
        equilibrium.

    Raises
    ------
    InvalidStrategy
        If a strategy is no mapping, mixes, has no profile for a state or does not name one action for each
        player, or the two names are equal.
    UnknownState, UnknownAction
        If a strategy names a state or an action that the game does not have.
    InvalidGame
        If `game` is not a StochasticGame.

    Examples
    --------
    >>> import numpy as np
    >>> game = StochasticGame(np.zeros((2, 2, 2, 2)), np.full((2, 2, 2, 2), 0.5), 0.5, states=("low", "high"))
    >>> grim = grim_trigger_in_states(game, {"low": "00", "high": "01"}, {"low": "11", "high": "11"})
    Traceback (most recent call last):
    ...
    negotiation.errors.InvalidStrategy: in state 'low' expected one choice for each player, ...
    >>> grim = grim_trigger_in_states(
    ...     game, {"low": ("0", "0"), "high": ("0", "1")}, {"low": ("1", "1"), "high": ("1", "1")})
    >>> grim.next_memories("cooperate", "high", ("0", "1"), "low")
    {'cooperate': Fraction(1, 1)}
    """
    expect_kind(game, StochasticGame, "a strategy")
    peace, war = names
    path, after = (pure_profiles(game, part) for part in (cooperate, punish))
    transitions: dict[StateKey, Target] = dict.fromkeys(path.items(), peace)
    return StateAutomaton(
        memories=(peace, war),
        initial=peace,
        actions={
            **{(peace, state): profile for state, profile in path.items()},
            **{(war, state): profile for state, profile in after.items()},
        },
        transitions={peace: {**transitions, OTHERWISE: war}, war: {OTHERWISE: war}},
    )
