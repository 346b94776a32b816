"""Chances of harsher steps: what they are of, and that they agree with those of single events."""

from datetime import date

import numpy as np
import pytest

import negotiation as ng
from negotiation.truces.estimation.legs_ahead import as_theory, at_random, chances_of_steps, groups_of
from negotiation.truces.estimation.theory_record import theory_record
from negotiation.world.periods import DAYS_A_YEAR

SCENARIO = ng.load_scenario("us-china-2025")
DAYS = [0.0, 10.0, 100.0]


@pytest.fixture(scope="module")
def record():
    return theory_record(SCENARIO, "moment", until=date(2025, 12, 1), since=date(2025, 1, 1), size="small")


@pytest.fixture(scope="module")
def busan(record):
    return record.games_at(np.array([prior.at(0.5) for prior in record.priors]))[1]


def test_groups_are_legs_the_text_and_countries_and_each_pair_is_in_three(record, busan):
    pairs = set(busan.rule.aims)
    groups = groups_of(record.spells[1].agreement, SCENARIO, pairs)
    assert groups["tariff"] == {("USA", "tariff"), ("CHN", "tariff")}
    assert ("CHN", "rare_earth_curb") in groups["covered"]
    assert groups["not covered"] == {("USA", "chip_control")}
    assert all(sum(pair in members for members in groups.values()) == 3 for pair in pairs)


def test_one_instrument_has_the_chance_of_its_event_and_several_lie_between_the_largest_and_the_sum(busan):
    played, start = as_theory(busan), busan.start
    events = ng.event_probabilities(
        *played, start=start, years=[d / DAYS_A_YEAR for d in DAYS],
        events=["USA tariff escalate", "CHN rare_earth_curb escalate"],
    )  # fmt: skip
    tariff, curb = ("USA", "tariff"), ("CHN", "rare_earth_curb")
    found = chances_of_steps(played, {"one": [tariff], "other": [curb], "both": [tariff, curb]}, start, DAYS)
    np.testing.assert_allclose(found["one"], events.probabilities[0], atol=1e-9)
    np.testing.assert_allclose(found["other"], events.probabilities[1], atol=1e-9)
    assert (found["both"][1:] > np.maximum(found["one"], found["other"])[1:]).all()
    assert (found["both"] <= found["one"] + found["other"] + 1e-9).all()
    assert found["both"][0] == 0.0


def test_nothing_comes_of_instruments_that_are_not_in_the_game(busan):
    found = chances_of_steps(as_theory(busan), {"visa": [("USA", "visa")]}, busan.start, DAYS)
    assert found["visa"].tolist() == [0.0, 0.0, 0.0]


def test_at_random_every_state_is_left_at_the_rate_by_each_way_alike(busan):
    game, choices = at_random(busan.game, 12.0)
    for state in range(game.n_states):
        ways = []
        for m, rows in enumerate(game.options):
            leads = rows.targets[rows.row(state)] != state
            ways += (game.rates[m, state] * choices[m][state][leads]).tolist()
            assert choices[m][state].sum() == pytest.approx(1.0)
        np.testing.assert_allclose(ways, 12.0 / len(ways))


def test_the_levels_after_signing_are_those_of_the_end_of_its_day(record):
    geneva, busan = record.signed_levels
    assert (geneva["USA"]["tariff"], geneva["USA"]["chip_control"]) == ("geneva", "h20_stopped")
    assert (busan["USA"]["tariff"], busan["CHN"]["rare_earth_curb"]) == ("busan", "general_licences")
