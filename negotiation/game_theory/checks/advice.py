"""Advice for a candidate that cannot be checked in a game: the nearest call that works."""

from __future__ import annotations

from collections.abc import Mapping

from negotiation.errors import InvalidStrategy
from negotiation.game_theory.games import ContinuousTimeGame, RepeatedGame, StageGame, StochasticGame
from negotiation.game_theory.games.kinds import expect_kind, is_of_another_library
from negotiation.game_theory.solutions.payoff_bounds import PayoffBounds
from negotiation.game_theory.solutions.payoff_set import PayoffSet
from negotiation.game_theory.solutions.state_payoff_set import StatePayoffSet, StatePayoffSets
from negotiation.game_theory.solutions.state_transfer_simplices import (
    StateTransferSimplex,
    StateTransferSimplices,
)
from negotiation.game_theory.solutions.transfer_simplex import TransferSimplex
from negotiation.game_theory.strategies import Automaton, MarkovStrategy, StateAutomaton

# The candidates that can be checked, by the kind of game.
TAKES = {
    "StageGame": "a profile of labels or of probability vectors, or a FiniteHorizonSet",
    "RepeatedGame": "an Automaton, a PayoffSet, PayoffBounds or PrivateReadings",
    "StochasticGame": "a MarkovStrategy, mapping from state to profile, StateAutomaton or StatePayoffSets",
    "ContinuousTimeGame": "an equilibrium of `markov_perfect_equilibria(game)`, or a `logit_response`",
}


def expect_some_game(game: object) -> None:
    """Raise unless a value is a game that can be checked."""
    if not isinstance(game, (StageGame, RepeatedGame, StochasticGame, ContinuousTimeGame)):
        played_once = isinstance(game, (list, tuple)) or hasattr(game, "dtype")
        played_once |= is_of_another_library(game) and not hasattr(game, "sg")
        expect_kind(game, StageGame if played_once else RepeatedGame, "a check")


def refusal(game: object, candidate: object) -> InvalidStrategy:
    """Return the error for a candidate that cannot be checked in a game, with advice.

    Examples
    --------
    >>> stay = Automaton(["s"], "s", {"s": ("0",)}, {"s": {"otherwise": "s"}})
    >>> print(refusal(StageGame([[0]]), stay))
    cannot check a value of type Automaton in a StageGame: it is played in a repeated game, \
    `verify(RepeatedGame(stage, discount_factor), automaton)`
    """
    came, kind = type(candidate).__name__, type(game).__name__
    advice = _advice(game, candidate) or f"give {TAKES[kind]}"
    return InvalidStrategy(f"cannot check a value of type {came} in a {kind}: {advice}")


def _advice(game: object, candidate: object) -> str:
    """Return which call to make instead, or an empty text if there is no advice."""
    if isinstance(candidate, Automaton):
        if isinstance(game, StochasticGame):
            return (
                "strategies of a stochastic game are a StateAutomaton, as "
                "`strategies.grim_trigger_in_states` makes one, or a MarkovStrategy"
            )
        return "it is played in a repeated game, `verify(RepeatedGame(stage, discount_factor), automaton)`"
    if isinstance(
        candidate, (PayoffSet, PayoffBounds, StatePayoffSets, TransferSimplex, StateTransferSimplices)
    ):
        return "it is checked in its own game, `verify(payoff_set.game, payoff_set)`"
    if isinstance(candidate, (StatePayoffSet, StateTransferSimplex)):
        return "the sets of all states depend on each other: check what `equilibrium_payoffs(game)` returned"
    if hasattr(candidate, "equilibria"):
        return "check one of its `.equilibria`, in the game for which it was found"
    if hasattr(candidate, "compile"):
        return "compile it, `verify(agreement.game(), agreement.compile())`"
    if isinstance(candidate, (MarkovStrategy, StateAutomaton)):
        return (
            f"it is checked in a StochasticGame; a {type(game).__name__} takes {TAKES[type(game).__name__]}"
        )
    if callable(candidate):
        return "call it first, as `strategies.grim_trigger(stage, cooperate, punish)`"
    if isinstance(game, RepeatedGame) and isinstance(candidate, (tuple, list, Mapping)):
        return (
            "a profile does not say what follows a departure from it: make an Automaton, as "
            "`strategies.grim_trigger(stage, cooperate, punish)`; `critical_discount_factor(game, profile)` "
            "says whether some equilibrium plays it for ever"
        )
    if isinstance(game, StochasticGame) and isinstance(candidate, (tuple, list)):
        return "say what is played in each state, `{state: profile, ...}`"
    return ""
