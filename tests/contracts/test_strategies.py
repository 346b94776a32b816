import inspect
import pkgutil
import re
from importlib import import_module
from typing import get_type_hints

import pytest

from negotiation.game_theory import strategies
from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import StochasticGame
from negotiation.game_theory.solvers.values.value import value
from negotiation.strategies import Automaton, StateAutomaton
from negotiation.testing.contracts import check_strategy


def builder(name):
    """Return the function of a module that has its name and makes an automaton; of helpers None."""
    found = getattr(import_module(f"negotiation.game_theory.strategies.{name}"), name, None)
    made = get_type_hints(found)["return"] if inspect.isfunction(found) else None
    return found if made in (Automaton, StateAutomaton) else None


MODULES = {module.name for module in pkgutil.iter_modules(strategies.__path__) if builder(module.name)}
IN_STATES = sorted(name for name in MODULES if name.endswith("_in_states"))  # of stochastic games
NAMES = sorted(MODULES - set(IN_STATES))
A_YEAR = re.compile(r"\b(1[89]|20)\d\d\b")


def test_strategies_are_discovered_and_the_library_shows_each_with_its_source_and_an_example():
    assert {name for name in strategies.__all__ if inspect.isfunction(getattr(strategies, name))} <= MODULES
    for name in MODULES:
        assert name in strategies.__all__, (
            f"{name}: import it in strategies/__init__.py and name it in `__all__`"
        )
        assert getattr(strategies, name) is builder(name)
        assert A_YEAR.search(import_module(f"negotiation.game_theory.strategies.{name}").__doc__), name
        assert ">>>" in builder(name).__doc__, name


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_a_strategy_keeps_its_contract(name):
    check_strategy(builder(name))


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
