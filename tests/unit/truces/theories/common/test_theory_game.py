"""Theories in continuous time: their phases, the values of their strategies, and that they differ."""

import numpy as np
import pytest

import negotiation as ng
from negotiation.disputes import Postures
from negotiation.disputes.periods import DAYS_A_YEAR
from negotiation.truces.record.state_trajectory import state_of_the_day
from negotiation.truces.theories import theories_by_name
from negotiation.truces.theories.common.game_batch import game_batch
from tests.us_china import CENTRAL

BUSAN = ng.truce("2025-10-busan")
DAY = state_of_the_day(BUSAN, CENTRAL).likely
KEPT = game_batch(BUSAN, CENTRAL, DAY, "core").kept
LISTED = ("USA", "entity_list", "listed_only", "affiliates_rule")
CURBED = ("CHN", "rare_earth_curb", "general_licences", "april_licensing")
IN_TIME = tuple(name for name, one in theories_by_name().items() if one.in_time)


@pytest.fixture(scope="module")
def games():
    return {name: BUSAN.continuous_game(name, scenario=CENTRAL) for name in IN_TIME}


def at_aims(found, phase):
    """Return the levels that a phase aims at."""
    levels = {country: dict(KEPT[country]) for country in KEPT}
    for (country, name), aims in found.rule.aims.items():
        levels[country][name] = aims[found.phases.index(phase)]
    return Postures(levels)


def test_what_breaks_a_text_and_what_does_not(games):
    # A harsher listing rule is in the text of Busan; a harsher chip control is not.
    chips = ("USA", "chip_control", "licensed_for_fee", "h20_stopped")
    calm = ("CHN", "rare_earth_curb", "general_licences", "licences_flow")
    after = {
        name: [found.phase_after([move]) for move in (LISTED, chips, calm)] for name, found in games.items()
    }
    assert after == {
        "each for itself": ["", "", ""],
        "moment": ["over", "kept", "kept"],
        "custom in kind": ["control answer USA", "control answer USA", "control kept"],
        "shadow linkage": ["answer USA", "answer USA", "kept"],
        "renegotiation": ["answer USA", "answer USA", "kept"],
    }
    assert games["renegotiation"].phase_after([LISTED, CURBED]) == "answer USA"  # the curb is the answer
    assert games["renegotiation"].phase_after([("CHN", "visa", "open", "shut")]) == "kept"


@pytest.mark.parametrize("name", IN_TIME)
def test_values_are_those_of_the_strategies_by_the_check_of_its_own(name, games):
    found = games[name]
    assert ng.verify(found.game, found.response).holds
    play = found.strategies
    for phase in found.phases:
        # At its aims the play rests, but for the phase that moves by itself.
        s = found.game.state_index(found.state_of(at_aims(found, phase), phase))
        for rows, chosen in zip(found.game.options, play, strict=True):
            stays = rows.targets[rows.row(s)] == s
            assert float(chosen[s][stays].sum()) == 1.0


def test_the_end_of_the_term_weighs_what_is_kept_against_what_follows(games):
    found, rate = games["moment"], (1.0 - CENTRAL.renewal) * DAYS_A_YEAR / BUSAN.clock_days
    # Terms are counted in whole periods, so that the rate is that of the rounded term.
    assert found.rule.rates[0].tolist() == pytest.approx([0.0, 0.0, rate], rel=0.05)
    kept, ended = (
        found.game.state_index(found.state_of(at_aims(found, "kept"), phase)) for phase in ("kept", "ended")
    )
    rho, ends = np.array(found.game.discount_rates), found.rule.rates[0, 2]
    values = found.response.values
    expected = (found.game.flows[kept] + ends * values[ended]) / (rho + ends)
    assert values[kept] == pytest.approx(expected, rel=1e-9)


def test_a_cost_of_breach_is_borne_by_who_departed_until_all_is_kept_again():
    found = BUSAN.continuous_game("renegotiation", breach_cost=0.25)
    plain = BUSAN.continuous_game("renegotiation")
    for phase, cost in (("kept", (0, 0)), ("answer USA", (0.25, 0)), ("answer CHN", (0, 0.25))):
        here = found.game.flows[found.game.state_index(found.state_of(KEPT, phase))]
        before = plain.game.flows[plain.game.state_index(plain.state_of(KEPT, phase))]
        assert here == pytest.approx(before - np.array(cost))
    moment = BUSAN.continuous_game("moment", breach_cost=0.25, instruments=["tariff", "entity_list"])
    assert moment.phases == ("kept", "over, USA departed", "over, CHN departed", "ended")


def test_where_any_level_is_one_move_away_play_goes_there_at_once():
    found = BUSAN.continuous_game("renegotiation", instruments=["chip_control"], reach="any")
    levels = found.ladders["USA", "chip_control"]
    rows, chosen = found.game.options[0], found.strategies[0]
    for s, label in enumerate(found.game.states):
        phase = label.rsplit(" | ", 1)[1]
        aim = found.rule.aims["USA", "chip_control"][found.phases.index(phase)]
        goals = rows.targets[rows.row(s)][chosen[s] > 0.0]
        assert [levels[int(goal) % len(levels)] for goal in goals] == [aim]
