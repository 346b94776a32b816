"""No public function depends on a player's unit, on labels or on an order; each rule is shown to fail."""

import inspect
from dataclasses import replace
from importlib import import_module

import numpy as np
import pytest

import negotiation as ng
from negotiation.errors import BrokenContract
from negotiation.game_theory.exact.hulls import hull
from negotiation.game_theory.games.capabilities import CAPABILITIES
from negotiation.testing import strategies as ngst
from negotiation.testing.contracts import check_repeated_solver, check_same_answers
from negotiation.testing.contracts.same_answers import RULES, Unordered
from tests.contracts.answers import NO_PAYOFFS, ROWS

QUESTIONS = [(f"{entry}-{row.ask.__name__}", row) for entry, rows in ROWS.items() for row in rows]


def public_functions():
    """Return the names of the public functions and of those that say what they take."""
    homes = {**dict.fromkeys(ng.__all__, "negotiation"), **ng._MOVED}
    found = {name for name, home in homes.items() if inspect.isfunction(getattr(import_module(home), name))}
    return found | set(CAPABILITIES)


def without_row(names):
    """Return advice for each function that nothing is known of."""
    return [
        f"{name}: write a row in tests/contracts/answers.py, a function from the game in other terms to an "
        "answer in the first ones, or say in NO_PAYOFFS why nothing in it is paid"
        for name in sorted(set(names) - set(ROWS) - set(NO_PAYOFFS))
    ]


def test_every_public_function_has_a_row():
    assert without_row(public_functions()) == []
    assert not set(ROWS) & set(NO_PAYOFFS)
    assert set(ROWS) | set(NO_PAYOFFS) == public_functions()


@pytest.mark.long
@pytest.mark.parametrize("row", [row for _, row in QUESTIONS], ids=[name for name, _ in QUESTIONS])
def test_answers_are_the_same_in_any_terms(row):
    check_same_answers(row.ask, games=row.games, examples=row.examples, **row.options)


# --- each rule bites ----------------------------------------------------------------------------------------


def pure(told, kept):
    """Return the pure equilibria of which a faulty solver keeps some."""
    found = [e for e in ng.solve(told.game, method="pure_equilibria") if kept(told.game, e)]
    return Unordered(told.mixed(e.strategies) for e in found)


FAULTS = {
    "the unit of one player": lambda game, _: np.ptp(game.payoffs) < 100,
    "floats give the same": lambda game, _: game.is_rational,
    "labels change nothing": lambda game, e: e.support[0][0] == min(game.actions[0]),
    "the order of actions": lambda _, e: e.strategies[0][0] == 1,
    "the order of the players": lambda _, e: e.strategies[0].argmax() >= e.strategies[1].argmax(),
}
BITES = dict(zip(FAULTS, RULES, strict=True))


@pytest.mark.long
@pytest.mark.parametrize("rule", FAULTS)
def test_a_fault_breaks_its_rule(rule):
    def faulty(told):
        return pure(told, FAULTS[rule])

    others = [name for name in RULES if name != BITES[rule]]
    with pytest.raises(BrokenContract, match=rule):
        check_same_answers(faulty, games=ngst.stage_games(actions=(2, 3)), without=others)


@pytest.mark.long
def test_a_wrong_minmax_breaks_the_contract():
    def bounded_by(level):
        def solver(game):
            found = ng.equilibrium_payoffs(game, limit=20)
            paid = game.stage.exact_payoffs().reshape(-1, 2)
            kept = paid[hull([tuple(row) for row in paid])].astype(float)
            if level is not None:
                kept = kept[(kept >= level(game.stage.payoffs)).all(axis=1)]
            return replace(found, outer=kept) if level is None else replace(found, outer=kept, inner=kept)

        return solver

    with pytest.raises(BrokenContract, match="nobody is paid less than the pure minmax"):
        check_repeated_solver(bounded_by(None), examples=15)
    with pytest.raises(BrokenContract, match="pure equilibria of the stage"):
        check_repeated_solver(bounded_by(lambda u: u.max(axis=(0, 1))), examples=15)
