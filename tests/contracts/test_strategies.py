import inspect
import pkgutil
import re
from fractions import Fraction
from importlib import import_module
from itertools import product

import pytest

from negotiation import strategies
from negotiation.games import RepeatedGame, StochasticGame
from negotiation.solvers.value import value
from negotiation.solvers.verify import verify
from negotiation.strategies import OTHERWISE, Automaton, StateAutomaton

HELPERS = {"alarms", "automaton", "markov_strategy", "state_automaton"}
MODULES = {module.name for module in pkgutil.iter_modules(strategies.__path__)} - HELPERS
IN_STATES = sorted(name for name in MODULES if name.endswith("_in_states"))  # of stochastic games
NAMES = sorted(MODULES - set(IN_STATES))
ALWAYS = Automaton(["s"], "s", {"s": ("D", "D")}, {"s": {OTHERWISE: "s"}})
ARGUMENTS = {
    "cooperate": ("C", "C"),
    "punish": ("D", "D"),
    "defect": ("D", "D"),
    "rungs": [("C", "C"), ("C", "D"), ("D", "D")],
    "periods": 2,
    "renewal": Fraction(3, 4),
    "parts": (ALWAYS,),
    "path": [("C", "C")],
    "punishments": {"A": [("C", "D")], "B": [("D", "C")]},
}
A_YEAR = re.compile(r"\b(1[89]|20)\d\d\b")


def builder(name):
    return getattr(import_module(f"negotiation.strategies.{name}"), name)


def built(name, stage):
    parameters = list(inspect.signature(builder(name)).parameters.values())[1:]
    needed = [p.name for p in parameters if p.default is p.empty]
    assert set(needed) <= set(ARGUMENTS), f"say in ARGUMENTS what {name} is to be tried with: {needed}"
    return builder(name)(stage, **{argument: ARGUMENTS[argument] for argument in needed})


def test_strategies_are_discovered():
    assert "grim_trigger" in NAMES


@pytest.mark.parametrize("name", [*NAMES, *IN_STATES])
def test_a_module_has_the_function_of_its_name_and_the_library_shows_it(name):
    assert callable(builder(name))
    assert getattr(strategies, name) is builder(name)
    assert name in strategies.__all__


@pytest.mark.parametrize("name", NAMES)
def test_a_strategy_of_the_dilemma_fits_it(name, dilemma):
    automaton = built(name, dilemma)
    assert isinstance(automaton, Automaton)
    for state in automaton.states:
        dilemma.profile_index(automaton.actions[state])
        for profile in product(*dilemma.actions):
            assert sum(automaton.next_states(state, profile).values()) == 1
    assert verify(RepeatedGame(dilemma, 0.5), automaton).status == "complete"
    assert value(RepeatedGame(dilemma, 0.5), automaton).values.shape == (len(automaton.states), 2)


@pytest.mark.parametrize("name", NAMES)
def test_every_state_can_be_reached(name, dilemma):
    automaton = built(name, dilemma)
    assert automaton.reachable() == automaton.states


@pytest.mark.parametrize("name", NAMES)
def test_the_first_argument_is_the_stage_game(name):
    assert next(iter(inspect.signature(builder(name)).parameters)) == "stage"


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


@pytest.mark.parametrize("name", [*NAMES, *IN_STATES])
def test_a_strategy_names_its_source_and_shows_an_example(name):
    module = import_module(f"negotiation.strategies.{name}")
    assert A_YEAR.search(module.__doc__), "the module's docstring cites a dated source"
    assert ">>>" in builder(name).__doc__
