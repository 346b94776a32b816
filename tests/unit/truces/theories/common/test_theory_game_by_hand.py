"""A theory in continuous time: chances of phases, breaches, states and settings, worked out by hand."""

import numpy as np
import pytest
from scipy.linalg import expm

import negotiation as ng
from negotiation.disputes import State
from negotiation.disputes.continuous.game import Pace
from negotiation.errors import InvalidGame
from negotiation.truces.theories.common.theory_game import GameOptions, GamesOfTheory, theory_game
from tests.us_china import SCENARIO

BUSAN = ng.truce("2025-10-busan")
NAMES = ("chip_control", "rare_earth_curb")
CHIPS = ("USA", "chip_control", "licensed_for_fee", "h20_stopped")
CURB = ("CHN", "rare_earth_curb", "general_licences", "october_package")
BACK = (*CHIPS[:2], *CHIPS[:1:-1])
LAG = SCENARIO.parameters["reaction_lag_days"]


@pytest.fixture(scope="module")
def game():
    return BUSAN.continuous_game("shadow linkage", instruments=NAMES)


@pytest.fixture(scope="module")
def moment():
    return BUSAN.continuous_game("moment", instruments=["entity_list"])


def going(found, years, barred=()):
    """The chances to go between phases in some years, in which some are known not to have come."""
    rates = np.array(found.rule.rates, dtype=float)
    for phase in barred:
        rates[:, found.phases.index(phase)] = 0.0
    np.fill_diagonal(rates, 0.0)
    return expm((rates - np.diag(rates.sum(axis=1))) * years)


def after_move(found, move):
    """Which phase each phase goes to by a move."""
    return [found.phases.index(found.phase_after([move], phase)) for phase in found.phases]


@pytest.mark.parametrize("barred", [(), ("ended",), ("no such phase",)])
def test_chances_of_phases_go_on_between_moves_and_jump_with_them(game, barred):
    known = [phase for phase in barred if phase in game.phases]
    chances = np.eye(len(game.phases))[0] @ going(game, 0.25, known)
    for move, wait in ((CHIPS, 0.5), (BACK, 0.0), (CURB, 0.125)):
        moved = np.zeros_like(chances)
        for phase, goal in enumerate(after_move(game, move)):
            moved[goal] += chances[phase]
        chances = moved @ going(game, wait, known)
    moves = [(0.25, *CHIPS), (0.5, "CHN", "visa", "open", "shut"), (0.75, *BACK), (0.75, *CURB)]
    found = game.phase_chances(moves, 0.875, barred=barred)
    expected = {p: x for p, x in zip(game.phases, chances / chances.sum(), strict=True) if x > 1e-15}
    assert {p: x for p, x in found.items() if x > 1e-15} == pytest.approx(expected, abs=1e-12)
    assert sum(found.values()) == pytest.approx(1.0)
    assert all(found.values())
    assert game.phase_chances([], 0.0) == {"kept": 1.0}


def test_answers_end_at_so_many_periods_a_year():
    slow = SCENARIO.with_parameters({"reaction_lag_days": 2 * LAG})
    # At equal patience of a period the lottery is the same, and comes half as often.
    patient = slow.with_parameters(
        {"discount_factor_annual": SCENARIO.parameters["discount_factor_annual"] ** 0.5}
    )
    mine, theirs = (
        BUSAN.continuous_game("renegotiation", one, instruments=NAMES, clock="none", state=State())
        for one in (SCENARIO, patient)
    )
    assert mine.phases == theirs.phases
    assert np.asarray(theirs.rule.rates) == pytest.approx(np.asarray(mine.rule.rates) / 2, rel=1e-6)
    assert np.asarray(mine.rule.rates).max() > 0


def test_the_game_to_be_solved_pays_for_the_number_of_options_and_else_is_the_same(moment):
    mine, theirs = moment.game, moment.markov_game
    assert theirs.states == mine.states
    assert theirs.flows.tolist() == mine.flows.tolist()
    precision = SCENARIO.parameters["logit.precision"]
    for one, other in zip(mine.options, theirs.options, strict=True):
        assert other.targets.tolist() == one.targets.tolist()
        for s in range(mine.n_states):
            count = len(one.targets[one.row(s)])
            less = one.payoffs[one.row(s)] - other.payoffs[other.row(s)]
            assert less == pytest.approx(np.log(count) / precision)


def test_a_game_at_another_setting_is_the_one_that_is_made_there():
    asked = GameOptions(instruments=NAMES, state=State(stocks=1), breach_cost=0.1)
    first = GamesOfTheory(BUSAN, "renegotiation", SCENARIO, asked)
    pace = Pace(5.0, 12.0, 0.001, "adjacent", False)
    world = SCENARIO.with_parameters(
        {"reaction_lag_days": 21.0, "rare_earth_curb.harm": 0.7, "discount_factor_annual": 0.85}
    )
    assert first._fits(world)
    for one in (world, SCENARIO, world):
        mine, fresh = first.at(one, pace), theory_game(BUSAN, "renegotiation", one, asked, pace)
        assert mine.game.flows.tolist() == fresh.game.flows.tolist()
        assert mine.response.values == pytest.approx(fresh.response.values)
        assert mine.rule.labels == fresh.rule.labels
        assert np.asarray(mine.rule.rates).tolist() == np.asarray(fresh.rule.rates).tolist()
        assert mine.certified == fresh.certified
        assert mine.intensities(mine.start) == pytest.approx(fresh.intensities(fresh.start))
    # Without a state of its own it moves with the parameters, and is made anew.
    loose = GamesOfTheory(BUSAN, "renegotiation", SCENARIO, GameOptions(instruments=NAMES))
    assert not loose._fits(world)
    assert not first._fits(SCENARIO.without("visa"))
    fast = SCENARIO.with_parameters({"state.stock_days": 2.0, "state.fill_days": 2.0})
    mine = loose.at(fast, pace)
    fresh = theory_game(BUSAN, "renegotiation", fast, GameOptions(instruments=NAMES), pace)
    assert mine.game.flows.tolist() == fresh.game.flows.tolist()


def test_a_breach_comes_before_the_end_of_the_term_or_never(moment):
    """From where all is kept one move breaks it, and one event ends it: two rates."""
    years, ends = np.array([0.1, 1.0, 8.0]), float(moment.rule.rates[0, 2])
    rate = moment.intensities(moment.start)["USA entity_list escalate"]
    expected = rate / (rate + ends) * -np.expm1(-(rate + ends) * years)
    assert moment.breaches(years).probabilities[0] == pytest.approx(expected, abs=1e-12)
    assert expected[-1] < 1.0
    over = moment.state_of(moment.kept, "over")
    assert moment.breaches(years, start=over).probabilities == pytest.approx(0.0)
    with pytest.raises(InvalidGame, match="no move"):
        BUSAN.continuous_game("each for itself", instruments=["entity_list"]).breaches(1.0)
