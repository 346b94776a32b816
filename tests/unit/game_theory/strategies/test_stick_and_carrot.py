from fractions import Fraction

import pytest

from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import RepeatedGame, StageGame
from negotiation.game_theory.solvers.thresholds.critical_discount_factor import critical_discount_factor
from negotiation.strategies import stick_and_carrot


@pytest.fixture
def price_war():
    """Return a symmetric game whose only stage equilibrium pays 4, with a price war that pays nobody."""
    rows = [[6, 1, -4], [9, 4, -3], [5, 3, -4]]
    columns = [[rows[j][i] for j in range(3)] for i in range(3)]
    labels = ("high", "low", "war")
    return StageGame.from_matrices(rows, columns, actions=(labels, labels))


def test_the_stick_sustains_what_the_stage_equilibrium_cannot(price_war):
    strategy = stick_and_carrot(price_war, ("high", "high"), ("war", "war"))
    found = critical_discount_factor(price_war, strategy)
    # Carrot: 6 >= (1 - d) 9 + d (-4 (1 - d) + 6 d), so d >= 3/10; stick: -4 + 10 d >= -3 (1 - d) + d (...).
    assert found.value == Fraction(3, 10)
    assert verify(RepeatedGame(price_war, Fraction(3, 10)), strategy, exact=True).holds
    assert critical_discount_factor(price_war, ("high", "high")).value <= found.value


def test_a_departure_from_the_stick_repeats_it(price_war):
    strategy = stick_and_carrot(price_war, ("high", "high"), ("war", "war"))
    assert strategy.next_states("stick", ("low", "war")) == {"stick": 1}
    assert strategy.next_states("stick", ("war", "war")) == {"carrot": 1}


def test_forgiveness_is_a_public_lottery(price_war):
    strategy = stick_and_carrot(price_war, ("high", "high"), ("war", "war"), Fraction(1, 4))
    assert strategy.next_states("stick", ("war", "war")) == {
        "carrot": Fraction(1, 4),
        "stick": Fraction(3, 4),
    }
