import inspect
import pkgutil
import re
from dataclasses import fields, is_dataclass
from importlib import import_module
from typing import get_args, get_type_hints

import pytest
from pydantic import BaseModel

import negotiation
from negotiation.base.labelled import Tabular
from negotiation.game_theory import checks, solutions, solvers
from negotiation.game_theory.games import (
    ContinuousTimeGame,
    DecisionMaker,
    PublicSignal,
    RepeatedGame,
    StageGame,
    StochasticGame,
    issue_signal,
)
from negotiation.game_theory.solutions.private_readings import PrivateReadings
from negotiation.game_theory.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs
from negotiation.strategies import Automaton, MarkovStrategy, grim_trigger, grim_trigger_in_states
from negotiation.testing.contracts.results import status_fault, table_fault
from tests.contracts.numbers_told import expect_numbers

DILEMMA = StageGame.from_matrices(
    [[9, 1], [10, 3]], [[9, 10], [1, 3]], players=("A", "B"), actions=(("C", "D"), ("C", "D"))
)
GRIM = grim_trigger(DILEMMA, ("C", "C"), ("D", "D"))
REPEATED = RepeatedGame(DILEMMA, 0.5)
ARGUMENTS = {"stage": DILEMMA, "game": REPEATED, "automaton": GRIM, "target": GRIM, "candidate": GRIM}
ARGUMENTS |= {"opponent": GRIM, "policy": {"cooperate": "D", "punish": "D"}}
ARGUMENTS["payoff_set"] = equilibrium_payoffs(REPEATED)
ARGUMENTS["signal"] = PublicSignal.revealing(DILEMMA)
DEFECTS = {"defect": Automaton(["s"], "s", {"s": ("D",)}, {"s": {"otherwise": "s"}})}
ARGUMENTS["readings"] = PrivateReadings(
    RepeatedGame(DILEMMA, 0.5, monitoring=PublicSignal.revealing(DILEMMA)),
    (DEFECTS, DEFECTS),
    ({"defect": 1}, {"defect": 1}),
)
# What functions take that need a public signal.
UNDER_A_SIGNAL = {
    "game": RepeatedGame(DILEMMA, 0.5, monitoring=issue_signal(DILEMMA, {"A": ["C"], "B": ["C"]}, slip=0.1)),
    "automaton": grim_trigger(DILEMMA, ("C", "C"), ("D", "D"), alarm="alarm"),
}
UNDER_A_SIGNAL["payoff_set"] = equilibrium_payoffs(UNDER_A_SIGNAL["game"])
UNDER_A_SIGNAL["signal"] = UNDER_A_SIGNAL["game"].monitoring
INSTEAD = dict.fromkeys(
    ("verify_public_automaton", "survival", "public_perfect_payoffs", "expected_automaton"),
    ARGUMENTS | UNDER_A_SIGNAL,
)
UNDER_A_SIGNAL["alarms"] = ("alarm",)
INSTEAD["survival"] = ARGUMENTS | UNDER_A_SIGNAL
INSTEAD["verify_public_transfers"] = ARGUMENTS | {
    "game": UNDER_A_SIGNAL["game"],
    "payoff_set": equilibrium_payoffs(UNDER_A_SIGNAL["game"], transfers=True),
}
INSTEAD["verify_transfers"] = ARGUMENTS | {"payoff_set": equilibrium_payoffs(REPEATED, transfers=True)}
# What a function needs although it has a default: one of several.
EVEN_SO = {"survival": ("alarms",), "regret": ("game",)}
# What functions take whose game is annotated as a stochastic one.
STAY = {"0": ("D", "D")}
STOCHASTIC = StochasticGame([DILEMMA.payoffs], [[[[1], [1]]] * 2], 0.5, actions=DILEMMA.actions)
IN_STATES = {
    "game": STOCHASTIC,
    "automaton": grim_trigger_in_states(STOCHASTIC, {"0": ("C", "C")}, STAY),
    "strategy": MarkovStrategy(STAY),
    "candidate": MarkovStrategy(STAY),
}
# What functions take whose game is annotated as one in continuous time.
CONTINUOUS = ContinuousTimeGame(
    [[0.0, 0.0], [1.0, -1.0]],
    [DecisionMaker(0, 2.0, [[(0, 0.0), (1, 0.0, "up")], [(1, 0.0), (0, 0.0, "down")]], precision=1.0)],
    0.1,
)
IN_CONTINUOUS_TIME = {"game": CONTINUOUS, "strategies": [[0, [0.5, 0.5]]]}
PARTS = {
    "Equilibrium",
    "MarkovEquilibrium",
    "ContinuousEquilibrium",
    "ChosenPlay",
    "Automaton",
}  # one of the equilibria of a result, which carries the status of all, and what is given and not found


def is_result(kind):
    return inspect.isclass(kind) and issubclass(kind, Tabular) and kind is not Tabular


def modules():
    """Yield the modules of the floors on which results are made, checked and kept."""
    for floor in (solutions, checks, solvers):
        yield from pkgutil.walk_packages(floor.__path__, f"{floor.__name__}.")


def solver_functions():
    """Yield the public functions of the solvers that return a result and need only what ARGUMENTS has."""
    for found in modules():
        module = import_module(found.name)
        for name, function in vars(module).items():
            if not inspect.isfunction(function) or name.startswith("_") or function.__module__ != found.name:
                continue
            parameters = inspect.signature(function).parameters.values()
            needed = [p.name for p in parameters if p.default is p.empty]
            if not set(needed) <= {*ARGUMENTS, *IN_STATES, *IN_CONTINUOUS_TIME}:
                continue
            hints = get_type_hints(function)
            kind = hints.get("game")
            taken = set(get_args(kind) or (kind,))
            given = INSTEAD.get(name, ARGUMENTS)
            if taken <= {StochasticGame, ContinuousTimeGame}:
                given = IN_STATES if StochasticGame in taken else IN_CONTINUOUS_TIME
            answer = hints.get("return")
            needed += EVEN_SO.get(name, ())
            if set(needed) <= set(given) and all(map(is_result, get_args(answer) or (answer,))):
                yield pytest.param(function, {key: given[key] for key in needed}, id=name)


def result_classes():
    for found in modules():
        for kind in vars(import_module(found.name)).values():
            base = not is_dataclass(kind) and kind.__subclasses__() if inspect.isclass(kind) else False
            if is_result(kind) and kind.__module__ == found.name and not base:
                yield kind


CALLS = list(solver_functions())


def test_results_are_discovered():
    assert {
        "verify", "value", "minmax", "critical_discount_factor", "pure_equilibria", "solve",
        "markov_perfect_equilibria", "continuous_equilibria",
    } <= {call.id for call in CALLS}  # fmt: skip


def test_a_kind_of_result_carries_a_status():
    for kind in result_classes():
        carries = "status" in kind.__dataclass_fields__ or isinstance(getattr(kind, "status", None), property)
        assert carries or kind.__name__ in PARTS, kind


@pytest.mark.long
@pytest.mark.parametrize(("function", "arguments"), CALLS)
def test_a_result_prints_as_a_labelled_table_becomes_a_data_frame_tells_numbers_and_has_a_status(
    function, arguments
):
    result = function(**arguments)
    assert table_fault(result) is None
    expect_numbers(result)
    assert type(result).__name__ in PARTS or status_fault(result) is None


def test_games_and_strategies_print_and_become_data_frames_too():
    for given in (DILEMMA, GRIM):
        assert table_fault(given) is None


# What is made step by step while something is computed, and seen by nobody else.
STEPS = {"DisputeFiles", "Path", "Search", "_Check", "_Read"}


def made_here():
    """Yield all dataclasses and models of the package."""
    for found in pkgutil.walk_packages(negotiation.__path__, "negotiation."):
        for kind in vars(import_module(found.name)).values():
            here = inspect.isclass(kind) and kind.__module__ == found.name
            if here and (is_dataclass(kind) or issubclass(kind, BaseModel)):
                yield kind


def test_nothing_that_was_made_can_be_changed_and_a_file_says_nothing_that_is_not_known():
    dataclasses = [kind for kind in made_here() if is_dataclass(kind)]
    models = [kind for kind in made_here() if issubclass(kind, BaseModel)]
    assert len(dataclasses) > 350
    assert len(models) > 50
    assert {kind.__name__ for kind in dataclasses if not kind.__dataclass_params__.frozen} == STEPS
    for model in models:
        config = model.model_config
        # Every further column of kept draws is a parameter, and has to be a finite number.
        draws = (model.__module__, model.__name__) == ("negotiation.truces.prediction.forecast", "_Row")
        assert (config.get("frozen"), config.get("extra")) == (True, "allow" if draws else "forbid"), model


def test_results_that_hold_arrays_are_the_same_only_as_themselves():
    # Compared field by field, two arrays are neither the same nor not; and none of them could be a key.
    holding = [
        kind
        for kind in made_here()
        if is_dataclass(kind)
        and kind.__module__.startswith(("negotiation.truces.", "negotiation.lab."))
        and any(re.search(r"Array\b", str(f.type)) and "[" not in str(f.type) for f in fields(kind))
    ]
    assert len(holding) > 20
    assert [kind.__name__ for kind in holding if kind.__dataclass_params__.eq] == []
