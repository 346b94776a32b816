import inspect
import pkgutil
import re
from importlib import import_module

import pytest

from negotiation.game_theory import strategies
from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import StochasticGame
from negotiation.game_theory.solvers.values.value import value
from negotiation.strategies import StateAutomaton
from negotiation.testing.contracts import check_strategy

HELPERS = {
    "alarms",
    "automaton",
    "decision_problem",
    "markov_strategy",
    "move_choices",
    "numerics",
    "public_states",
    "state_automaton",
    "state_chain",
}
MODULES = {module.name for module in pkgutil.iter_modules(strategies.__path__)} - HELPERS
IN_STATES = sorted(name for name in MODULES if name.endswith("_in_states"))  # of stochastic games
NAMES = sorted(MODULES - set(IN_STATES))
A_YEAR = re.compile(r"\b(1[89]|20)\d\d\b")


def builder(name):
    return getattr(import_module(f"negotiation.game_theory.strategies.{name}"), name)


def test_strategies_are_discovered_and_the_library_shows_each_with_its_source_and_an_example():
    assert "grim_trigger" in NAMES
    for name in (*NAMES, *IN_STATES):
        assert getattr(strategies, name) is builder(name)
        assert name in strategies.__all__
        assert A_YEAR.search(import_module(f"negotiation.game_theory.strategies.{name}").__doc__), name
        assert ">>>" in builder(name).__doc__, name


@pytest.mark.parametrize("name", NAMES)
def test_a_strategy_keeps_its_contract(name):
    check_strategy(builder(name), documented=False)


@pytest.mark.parametrize("name", IN_STATES)
def test_a_strategy_in_states_fits_a_stochastic_game(name, dilemma):
    game = StochasticGame(
        [dilemma.payoffs, dilemma.payoffs + 1], [[[[0.5, 0.5]] * 2] * 2] * 2, 0.9, actions=dilemma.actions
    )
    assert next(iter(inspect.signature(builder(name)).parameters)) == "game"
    arguments = {"cooperate": ("C", "C"), "punish": ("D", "D")}
    chosen = {key: dict.fromkeys(game.states, profile) for key, profile in arguments.items()}
    automaton = builder(name)(game, **chosen)
    assert isinstance(automaton, StateAutomaton)
    assert verify(game, automaton).holds
    assert len(value(game, automaton).pairs) == len(automaton.memories) * game.n_states
