"""Pure equilibria, the worst and the best of them, in games of unlike sides; menus under one-sided terms."""

import numpy as np
import pytest

from negotiation.disputes import State
from negotiation.disputes.posture_payoffs import posture_game
from negotiation.game_theory.games import StageGame
from negotiation.truces.compiling import coverage_game
from negotiation.truces.compiling.terms import with_terms
from tests.us_china import SCENARIO


def coordination(*on_the_diagonal):
    """A game with an equilibrium at each place of the diagonal, all else paying both sides nothing."""
    payoffs = np.zeros((len(on_the_diagonal),) * 2 + (2,))
    for k, each in enumerate(on_the_diagonal):
        payoffs[k, k] = each
    return payoffs


@pytest.mark.parametrize("player", [0, 1, 2])
def test_a_reply_is_best_within_the_range_of_the_players_own_payoffs_in_its_own_game(player):
    """By 1e-7 more: that is nothing to a side with a million at stake, and something to one with a tenth."""
    large, small = np.zeros((2, 2, 2, 2, 3))
    index = tuple(int(i == player) for i in range(3))
    for payoffs, own, others in ((large, 1e6, 0.1), (small, 0.1, 1e6)):
        payoffs[1, 1, 1] = others  # far from where the departure is
        payoffs[1, 1, 1, player] = own
        payoffs[(*index, player)] = 1e-7
    for games in ([large, small], [small, large]):
        kept = coverage_game.pure_stage_equilibria(np.stack(games))[:, 0, 0, 0]
        assert kept.tolist() == [game is large for game in games]


def test_the_worst_equilibrium_is_that_of_the_least_sum_and_the_best_that_of_the_greatest():
    # The first side's least is at the middle, the second's and the least of any single one at the first.
    one = coordination((6.0, 1.0), (2.0, 4.0), (3.0, 9.0))
    # Where the greatest and the least single payoff, of either side, are not those of the sums.
    other = coordination((5.0, 5.0), (9.0, 0.5), (0.25, 9.5))
    assert coverage_game.punishments(np.stack([one, other])).tolist() == [[1, 1], [1, 1]]
    assert coverage_game.punishment_payoffs(np.stack([other, one])).tolist() == [[9.0, 0.5], [2.0, 4.0]]
    assert coverage_game.best_stage_equilibrium(one) == (2, 2)
    assert coverage_game.best_stage_equilibrium(other) == (0, 0)
    kept, off = coverage_game.agreement_profiles(StageGame(other))
    assert (kept, off) == ((0, 0), (1, 1))


def test_without_an_equilibrium_the_least_total_stands_in_game_by_game():
    pennies = np.array([[(1, -1), (-1, 1)], [(-1, 1), (1, -2)]], dtype=float)
    dilemma = np.array([[(3, 3), (0, 4)], [(4, 0), (1, 1)]], dtype=float)
    assert coverage_game.punishments(np.stack([pennies, dilemma])).tolist() == [[1, 1], [1, 1]]
    assert coverage_game.punishment_payoffs(np.stack([pennies, dilemma])).tolist() == [[1, -2], [1, 1]]
    assert coverage_game.best_stage_equilibrium(pennies) is None


@pytest.mark.parametrize("state", [SCENARIO.default_state, State(curb_dependence=0, stocks=2)])
def test_the_game_of_an_agreement_is_that_of_its_menus_with_its_terms_in_place(state):
    """China holds its curb in force, which the text leaves out, and its tariff at the text's level."""
    terms = {("CHN", "tariff"): "geneva"}
    before = SCENARIO.calm().after("CHN", {"tariff": "peak", "rare_earth_curb": "october_package"})
    before = before.after("USA", {"tariff": "geneva"})
    found = coverage_game.agreement_game(SCENARIO, terms, before, state)
    labels = SCENARIO.instruments["tariff"].labels("CHN")
    menus = {"USA": {"tariff": ("geneva",)}, "CHN": {"tariff": labels[labels.index("geneva") :]}}
    expected = posture_game(SCENARIO, menus, with_terms(before, terms), state)
    assert found.actions == expected.actions
    assert found.payoffs == pytest.approx(expected.payoffs, abs=1e-12)
    calm = posture_game(SCENARIO, menus, SCENARIO.calm(), state)
    assert np.abs(found.payoffs - calm.payoffs).max() > 1e-3
