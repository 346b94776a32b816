"""What the page of bargaining anew keeps is what the study finds, recomputed where that is cheap."""

import importlib.util
import json
from pathlib import Path

import pytest

from negotiation.truces.claims import claims
from negotiation.truces.studies.negotiated_anew import CHANCES, CHANGES, negotiated_anew
from negotiation.truces.theories.common.rounds import chance_a_period, rounds_a_year
from negotiation.world import load_scenario
from negotiation.world.parameter_draws import central_draw

DOCS = Path(__file__).parents[2] / "docs"
SCENARIO = load_scenario("us-china-2025")
AGAIN = "run `python docs/negotiated_anew.py`"


def program():
    spec = importlib.util.spec_from_file_location("negotiated_anew_page", DOCS / "negotiated_anew.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PROGRAM = program()
KEPT = json.loads(PROGRAM.KEPT.read_text(encoding="utf-8"))


def agree(found, table):
    for key, row in PROGRAM.rows_of(found).items():
        kept = KEPT[table][key]
        for column, value in row.items():
            assert kept[column] == pytest.approx(value, rel=1e-4, abs=1e-6), (
                f"{table} {key} {column}: {AGAIN}"
            )


def test_at_the_central_values_of_the_small_game_everything_is_as_kept():
    agree(negotiated_anew(SCENARIO, size="small"), "anew_small_centre")


def test_with_all_levels_what_costs_least_is_as_kept():
    few = ["dependence", "use, stocks full", "use, stocks gone"]
    agree(negotiated_anew(SCENARIO, chances=[0.0], changes=few), "anew_centre")


def test_every_change_is_kept_at_every_chance():
    keys = {
        f"{name.replace(', ', '_').replace(' ', '_')}/{chance:g}" for name in CHANGES for chance in CHANCES
    }
    assert set(KEPT["anew"]) == set(KEPT["anew_centre"]) == keys


def test_the_pace_of_past_talks_is_near_the_one_that_is_shown():
    rounds, lag = rounds_a_year(SCENARIO), SCENARIO.parameters["reaction_lag_days"]
    low, pace, high = (float(chance_a_period(r, lag)) for r in (rounds.low, rounds.value, rounds.high))
    assert low < PROGRAM.PACE < high
    assert KEPT["anew_of"]["pace"] == pytest.approx({"value": pace, "low": low, "high": high}, rel=1e-4)
    assert abs(PROGRAM.PACE - pace) < 0.05
    assert KEPT["anew_of"]["draws"] == {"small": PROGRAM.DRAWS, "all": PROGRAM.FEW, "pace": PROGRAM.PACE}


def test_the_claims_are_those_of_the_question_with_their_central_verdicts():
    asked = {name: one for name, one in claims().items() if one.number == PROGRAM.QUESTION}
    kept = KEPT["anew_claims"]
    assert set(kept) == set(asked)
    centre = central_draw(SCENARIO)
    for name, one in asked.items():
        assert kept[name]["central"] == bool(one.holds(centre)[0]), f"{name}: {AGAIN}"
        assert kept[name]["draws"] == one.draws
        assert kept[name]["low"] <= kept[name]["share"] <= kept[name]["high"]


def test_a_claim_is_the_sign_of_what_the_study_measures():
    chance = float(chance_a_period(rounds_a_year(SCENARIO).value, SCENARIO.parameters["reaction_lag_days"]))
    (row,) = negotiated_anew(SCENARIO, chances=[chance], changes=["clock"], size="small")
    found = claims()["clock_pays_china"].measure(central_draw(SCENARIO))
    assert found[0] == pytest.approx(row.changes["clock"][0, 1], rel=1e-9)
