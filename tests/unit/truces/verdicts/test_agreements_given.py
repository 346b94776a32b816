"""What an agreement is asked goes where it is asked: each argument changes what it should, and no more."""

from datetime import date

import pytest

import negotiation as ng
from negotiation.disputes import State
from negotiation.errors import (
    IllegalMove,
    InvalidFile,
    UnboundClause,
    UnknownCountry,
)
from negotiation.game_theory.solvers.thresholds.critical_discount_factor import critical_discount_factor
from negotiation.truces.compiling.compiler import Choices, compiled_text
from negotiation.truces.verdicts import agreements
from negotiation.truces.verdicts.lifetime import truce_lifetime
from negotiation.truces.verdicts.under_noise import noise_verdicts
from tests.us_china import SCENARIO

BUSAN, GENEVA = ng.truce("2025-10-busan"), ng.truce("2025-05-geneva")
PLAIN = GENEVA.model_copy(update={"readings": ()})
OTHER = SCENARIO.with_parameters({"reaction_lag_days": 45.0, "tariff.horizon": 500.0})

GIVEN = {
    "scenario": OTHER,
    "outside": "custom",
    "linkage": "all_or_nothing",
    "clock": "none",
    "state": State(stocks=2, curb_dependence=0),
}


def test_verdicts_lives_and_patience_are_of_what_is_given():
    world, state, seen = OTHER, GIVEN["state"], []
    with pytest.warns(DeprecationWarning, match="use negotiation.verdict"):
        assert str(BUSAN.verdict(world, state)) == str(noise_verdicts(BUSAN, world, state))
    assert str(BUSAN.survival(world, state)) == str(truce_lifetime(BUSAN, world, state))
    asked = {"linkage": "within_issue", "clock": "none", "state": state}
    found = PLAIN.critical_discount_factor(world, **asked, progress=lambda *at: seen.append(at))
    text = compiled_text(PLAIN, world, Choices("moment", "within_issue", "none", state))
    expected = critical_discount_factor(text.game.stage, text.automaton, monitoring=text.signal)
    assert (found.value, found.binding) == (expected.value, expected.binding)
    assert seen
    # Readings are left aside.
    assert GENEVA.critical_discount_factor().value == PLAIN.critical_discount_factor().value


def test_a_clause_more_says_what_it_is():
    with pytest.warns(UnboundClause, match="T99: a `level` that others cannot check"):
        wider = BUSAN.with_clause("CHN", "rare_earth_curb", "april_licensing", verifiability="low")
    before, after = ({c.id: c for c in text.clauses} for text in (BUSAN, wider))
    (new,) = [one for name, one in after.items() if name not in before]
    assert (new.side, new.instrument, new.record_instrument) == ("CHN", "rare_earth_curb", "rare_earth_curb")
    assert (new.level, new.covered, new.verifiability) == ("april_licensing", True, "low")
    assert (new.observed, new.confidence, new.source_title) == ("unknown", "low", agreements.ASSUMED)
    assert new.obligation == "rare_earth_curb at most at april_licensing"
    assert new.id == "T99"
    gone = [one for name, one in before.items() if name not in after]
    assert gone
    assert {(one.side, one.instrument) for one in gone} == {("CHN", "rare_earth_curb")}
    assert all(one.level != "april_licensing" for one in gone)
    assert {name: one for name, one in after.items() if name in before} == {
        name: one for name, one in before.items() if one not in gone
    }
    title = SCENARIO.instruments["rare_earth_curb"].title
    assert (wider.id, wider.title) == ("2025-10-busan-with-rare-earth-curb", f"{BUSAN.title} with {title}")
    assert wider.home == BUSAN.home
    with pytest.warns(UnboundClause, match="T99"):
        twice = wider.with_clause("USA", "chip_control", "h20_stopped")
    assert {"T99", "T98"} <= {one.id for one in twice.clauses}
    # What is as it was stays, with a clause of the same level beside it.
    same = BUSAN.with_clause("CHN", "rare_earth_curb", BUSAN.covered()["CHN", "rare_earth_curb"])
    assert {one.id for one in BUSAN.clauses} < {one.id for one in same.clauses}
    # The other side's clauses on the same instrument stay.
    tariffs = BUSAN.with_clause("CHN", "tariff", "peak")
    assert tariffs.covered()["USA", "tariff"] == BUSAN.covered()["USA", "tariff"]


def test_a_clause_less_leaves_the_other_sides_and_the_readings_of_others():
    less = BUSAN.without_clause("CHN", "tariff")
    assert less.covered() == {pair: x for pair, x in BUSAN.covered().items() if pair != ("CHN", "tariff")}
    title = SCENARIO.instruments["tariff"].title
    assert (less.id, less.title) == (
        "2025-10-busan-without-chn-tariff",
        f"{BUSAN.title} without CHN {title}",
    )
    assert less.readings == BUSAN.readings
    assert GENEVA.without_clause("USA", "tariff").readings == GENEVA.readings
    (reading,) = {one.clause for one in GENEVA.readings}
    (clause,) = [one for one in GENEVA.clauses if one.id == reading]
    assert not GENEVA.without_clause(clause.side, clause.instrument).readings
    told = r"2025-05-geneva has no clause on visa of USA .*; it binds USA tariff, CHN tariff"
    with pytest.raises(InvalidFile, match=told):
        GENEVA.without_clause("USA", "visa")
    with pytest.raises(UnknownCountry):
        GENEVA.without_clause("FRA", "tariff")


def test_levels_that_the_law_forbids_are_refused():
    dates = dict.fromkeys(("window_start", "signed", "in_force"), date(2025, 1, 25))
    early = PLAIN.model_copy(update=dates)
    with pytest.raises(IllegalMove, match="USA tariff cannot be held at 'peak'"):
        early.with_clause("USA", "tariff", "peak", scenario=SCENARIO)
