"""What an agreement is asked goes where it is asked: each argument changes what it should, and no more."""

from datetime import date

import pytest

import negotiation as ng
from negotiation.disputes import QuietTimes, State
from negotiation.errors import (
    IllegalMove,
    InvalidFile,
    UnboundClause,
    UnknownCountry,
    UnknownInstrument,
    UnknownLevel,
    UnknownTruce,
)
from negotiation.game_theory.solvers.thresholds.critical_discount_factor import critical_discount_factor
from negotiation.truces.compiling.compiler import Choices, compiled_text
from negotiation.truces.compiling.readings import reading_pair
from negotiation.truces.verdicts import agreements
from negotiation.truces.verdicts.lifetime import truce_lifetime
from negotiation.truces.verdicts.under_noise import noise_verdicts
from tests.several_countries import folder_values
from tests.us_china import AGREEMENTS, SCENARIO

BUSAN, GENEVA = ng.truce("2025-10-busan"), ng.truce("2025-05-geneva")
PLAIN = GENEVA.model_copy(update={"readings": ()})
OTHER = SCENARIO.with_parameters({"reaction_lag_days": 45.0, "tariff.horizon": 500.0})
LOST = State(authority=0, stocks=2)

GIVEN = {
    "scenario": OTHER,
    "outside": "custom",
    "linkage": "all_or_nothing",
    "clock": "none",
    "state": State(stocks=2, curb_dependence=0),
}


@pytest.mark.parametrize("text", [PLAIN, GENEVA], ids=["plain", "with readings"])
def test_options_of_the_compiled_text_are_passed_on(text):
    compiled = reading_pair if text.readings else compiled_text
    given = Choices("custom", "all_or_nothing", "none", GIVEN["state"])
    for options, world, choices in ((GIVEN, OTHER, given), ({}, SCENARIO, Choices())):
        made, play = compiled(text, world, choices), text.compile(**options)
        assert text.game(**options) == made.game
        if text.readings:
            assert (play.game, play.alarms, play.priors) == (made.game, made.alarms, made.priors)
        else:
            assert (play.actions, play.transitions) == (made.automaton.actions, made.automaton.transitions)


def test_verdicts_lives_and_patience_are_of_what_is_given():
    world, state, seen = OTHER, GIVEN["state"], []
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


def test_options_of_the_game_in_continuous_time_are_passed_on(monkeypatch):
    seen = []
    monkeypatch.setattr(agreements, "theory_game", lambda *given: seen.append(given))
    quiet = QuietTimes(0.5)
    BUSAN.continuous_game(
        "moment", OTHER, size="small", state=LOST, moving=["stocks"], clock="none", breach_cost=0.25,
        quiet=quiet, precision=7.0, move_rate=9.0, adjustment=0.01, reach="any", agencies=True,
    )  # fmt: skip
    text, name, world, asked, pace = seen.pop()
    assert (text, name, world) == (BUSAN, "moment", OTHER)
    assert (asked.size, asked.instruments, asked.state, asked.moving) == ("small", None, LOST, ("stocks",))
    assert (asked.clock, asked.breach_cost, asked.quiet, asked.levels) == ("none", 0.25, quiet, None)
    assert (pace.precision, pace.move_rate, pace.adjustment) == (7.0, 9.0, 0.01)
    assert (pace.reach, pace.agencies, pace.evened) == ("any", True, True)
    BUSAN.continuous_game("moment", instruments=iter(["tariff", "visa"]))
    _, _, world, asked, pace = seen.pop()
    assert (world, asked.size, asked.instruments) == (None, None, ("tariff", "visa"))
    assert (asked.state, asked.moving, asked.clock, asked.breach_cost) == (None, (), "memoryless", 0.0)
    assert (pace.precision, pace.move_rate, pace.adjustment) == (None, None, 0.0)
    assert (pace.reach, pace.agencies) == ("adjacent", False)


def test_its_table_has_a_row_for_each_clause_in_order():
    table = BUSAN.table()
    assert table.title == f"{BUSAN.title}, signed 2025-10-30"
    for clause, row in zip(BUSAN.clauses, table.rows, strict=True):
        cells = dict(zip(table.columns, row, strict=True))
        assert cells == {
            "clause": clause.id,
            "side": clause.side,
            "instrument": clause.record_instrument,
            "level": clause.level,
            "covered": clause.covered,
            "can be checked": clause.verifiability,
            "observed": clause.observed,
        }
    assert table.names == BUSAN.names_in(SCENARIO)
    assert table.names


def changed(**entries):
    return BUSAN.model_copy(update={"id": "2025-11-elsewhere", **entries})


def test_joining_is_a_copy_of_the_dispute_and_refuses_what_does_not_fit():
    text = changed()
    joined = text.joining(SCENARIO)
    assert joined == text
    assert joined is not text
    assert joined.home == SCENARIO.folder
    with pytest.raises(InvalidFile, match="'2025-10-busan' is on record in 'us-china-2025'"):
        BUSAN.joining(SCENARIO)
    placebo = changed(id="2018-12-buenos-aires")
    with pytest.raises(InvalidFile, match="'2018-12-buenos-aires' is on record"):
        placebo.joining(SCENARIO)
    assert changed(amends="2025-05-geneva").joining(SCENARIO).amends == "2025-05-geneva"
    with pytest.raises(InvalidFile, match=r"amends: '2025-05-elsewhere' came.*2025-05-geneva"):
        changed(amends="2025-05-elsewhere").joining(SCENARIO)
    (first, *rest) = BUSAN.clauses
    with pytest.raises(UnknownCountry):
        changed(clauses=(first.model_copy(update={"side": "FRA"}), *rest)).joining(SCENARIO)
    early = ng.truce("2018-12-buenos-aires")
    assert early.before
    (one, *others) = early.before
    wrong = early.model_copy(
        update={"id": "2018-12-else", "before": (one.model_copy(update={"country": "FRA"}), *others)}
    )
    with pytest.raises(UnknownCountry):
        wrong.joining(SCENARIO)


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


def test_an_agreement_is_found_by_name_by_path_and_among_those_given():
    path = AGREEMENTS / "2025-10-busan.toml"
    assert ng.truce(path) == ng.truce(str(path)) == BUSAN
    assert ng.truce("2025-10-busan", SCENARIO) is ng.truce("2025-10-busan")
    mine = changed()
    more = SCENARIO.with_agreement(mine)
    assert ng.truce("2025-11-elsewhere", more) == mine
    assert ng.truce("2025-05-geneva", more) is ng.truce("2025-05-geneva")
    with pytest.raises(UnknownTruce, match="did you mean '2025-05-geneva'"):
        ng.truce("geneva")


def test_instruments_are_those_of_the_scenario_that_is_given():
    less = SCENARIO.without("visa")
    with pytest.raises(UnknownInstrument, match="visa"):
        GENEVA.with_clause("USA", "visa", "open", scenario=less)
    with pytest.raises(UnknownInstrument, match="visa"):
        GENEVA.without_clause("USA", "visa", scenario=less)
    assert GENEVA.with_clause("USA", "visa", "open").covered()["USA", "visa"] == "open"
    early = ng.truce("2018-12-buenos-aires")
    changes = (
        BUSAN.with_clause("USA", "chip_control", "h20_stopped"),
        GENEVA.without_clause("USA", "tariff"),
        early.with_clause("USA", "visa", "open"),
    )
    kept = {"exclude": {"id", "title", "clauses"}}
    for text, other in zip((BUSAN, GENEVA, early), changes, strict=True):
        assert other.model_dump(**kept) == text.model_dump(**kept)
        assert other.home == text.home == SCENARIO.folder


def test_what_is_left_of_a_changed_text_has_to_fit_the_scenario_too():
    (place,) = [k for k, one in enumerate(BUSAN.clauses) if one.instrument == "minerals_ban"]
    clauses = list(BUSAN.clauses)
    clauses[place] = bad = clauses[place].model_copy(update={"level": "nowhere"})
    wrong = BUSAN.model_copy(update={"clauses": tuple(clauses)})
    with pytest.raises(UnknownLevel, match=f"clause {bad.id}: no level 'nowhere'"):
        wrong.with_clause("USA", "visa", "open")
    with pytest.raises(UnknownLevel, match=f"clause {bad.id}: no level 'nowhere'"):
        wrong.without_clause("CHN", "purchases")


def test_only_what_is_on_record_is_amended_by_what_a_scenario_is_given():
    mine = changed()
    further = changed(id="2025-12-further", amends=mine.id)
    with pytest.raises(InvalidFile, match=r"amends: '2025-11-elsewhere' came.* record: 2018-12-buenos-aires"):
        further.joining(SCENARIO.with_agreement(mine))
    bare = ng.load_scenario(folder_values(SCENARIO.folder))
    with pytest.raises(InvalidFile, match=r"amends: '2025-10-busan' came.* on record: none"):
        changed(amends="2025-10-busan").joining(bare)
    assert mine.joining(bare).home is None
