"""What a replay is put together from: days, states, draws and settings that each part is asked with."""

from datetime import date, timedelta
from types import SimpleNamespace

import numpy as np
import pytest

import negotiation as ng
from negotiation.errors import IllegalMove, InvalidDate, UnknownCoverage, UnknownLeg
from negotiation.labelled import Table
from negotiation.truces.record.timeline import level_changes, postures_on, record_begins, record_ends
from negotiation.truces.replay import replay as module
from negotiation.truces.replay import window_scores as windows
from negotiation.truces.replay.replay import Replay, coverages_of
from negotiation.truces.replay.under_theories import LegsUnderTheories, LegUnderTheory, legs_under_theories
from negotiation.world import State
from tests.small_dispute import write
from tests.us_china import SCENARIO, WHOLE

GENEVA = ng.truce("2025-05-geneva", SCENARIO)
BUSAN = ng.truce("2025-10-busan", SCENARIO)
STATE = State(curb_dependence=1, stocks=1)
DAY = timedelta(1)


@pytest.fixture
def asked(monkeypatch):
    """What each part is asked with; parts answer with their names."""
    told = {}

    def keeps(name, answer=None):
        def asks(*given):
            told.setdefault(name, []).append(given)
            return answer(*given) if answer else name

        monkeypatch.setattr(module, name, asks)

    keeps("analyse_moves")
    keeps("check_agreement", lambda *given: SimpleNamespace(coverage=given[1], incentives=f"of {given[1]}"))
    keeps("verdicts_of")
    keeps("posture_timeline")
    keeps("under_noise")
    keeps("verdict_at")
    keeps("window_scores")
    return told


def only(given):
    (one,) = given
    return one


@pytest.mark.parametrize("state", [None, STATE])
def test_every_part_is_asked_in_the_state_and_with_the_levels_of_the_eve(asked, state):
    text = GENEVA.model_copy(update={"signed": date(2025, 5, 14)})  # a day on which levels change
    found = ng.replay(text, SCENARIO, state=state, draws=0)
    now = state or SCENARIO.default_state
    in_force = postures_on(SCENARIO, text.signed - DAY)
    assert in_force != postures_on(SCENARIO, text.signed)
    coverages = coverages_of(text, SCENARIO, in_force)
    assert asked["check_agreement"] == [(SCENARIO, k, t, in_force, now) for k, t in coverages.items()]
    world, changes, start, end, there = only(asked["analyse_moves"])
    assert (world, start, end, there) == (SCENARIO, text.window_start, text.window_end, now)
    assert changes == level_changes(SCENARIO)
    given = asked["verdicts_of"][0]
    assert given[:6] == (SCENARIO, text, "of as written", in_force, now, 0)
    assert asked["posture_timeline"][0] == (SCENARIO, record_begins(SCENARIO), record_ends(SCENARIO))
    assert asked["under_noise"][0] == (text, SCENARIO, now)
    assert (found.agreement, found.scenario, found.state, found.drawn) == (text, SCENARIO, now, ())
    assert (found.moves, found.legs, found.timeline) == ("analyse_moves", "verdicts_of", "posture_timeline")
    assert (found.noise, found.discount_factor) == ("under_noise", SCENARIO.discount_factor)
    assert [one.coverage for one in found.checks] == list(coverages)


def test_a_window_ends_where_the_record_does(asked):
    ends = record_ends(SCENARIO)
    for days, end in ((-1, ends - DAY), (0, ends), (1, ends)):
        asked.clear()
        ng.replay(BUSAN.model_copy(update={"window_end": ends + days * DAY}), SCENARIO, draws=0)
        assert only(asked["analyse_moves"])[3] == end


def test_draws_are_those_of_the_seed_for_every_part(asked):
    def progress(done, of):
        pass

    for rng in (7, np.random.default_rng(7)):
        asked.clear()
        found = ng.replay(BUSAN, SCENARIO, draws=3, rng=rng, progress=progress)
        generator = np.random.default_rng(7)
        expected = [SCENARIO.draw(generator).parameters for _ in range(3)]
        assert [dict(one.parameters) for one in found.drawn] == [dict(one) for one in expected]
        *_, draws, seed, told = only(asked["verdicts_of"])
        assert (draws, told) == (3, progress)
        first = SCENARIO.draw(np.random.default_rng(seed)).parameters
        assert dict(first) == dict(expected[0])  # the same settings again, not those that follow


def test_theories_are_asked_at_the_first_sixty_four_settings_in_the_same_state(asked):
    found = Replay(GENEVA, SCENARIO, STATE, None, (), None, None, 0.9, drawn=tuple(range(70)))
    assert found.theories == "verdict_at"
    assert only(asked["verdict_at"]) == (GENEVA, SCENARIO, STATE, tuple(range(64)))


def test_the_signing_has_to_lie_after_the_first_day_of_the_record(asked):
    begins = record_begins(WHOLE)
    for signed in (begins, begins - 3 * DAY):
        said = f"2025-05-geneva was signed on {signed}.*recorded from {begins} on.*'2025-05-geneva'"
        with pytest.raises(InvalidDate, match=said):
            ng.replay(GENEVA.model_copy(update={"signed": signed}), WHOLE, draws=0)
    early = GENEVA.model_copy(update={"signed": begins + DAY})
    ng.replay(early, WHOLE, draws=0)
    assert asked["check_agreement"][0][3] == postures_on(WHOLE, begins)


def test_without_the_law_of_a_prescribed_level_there_is_no_part_about_noise(asked, monkeypatch):
    def refuses(*_):
        raise IllegalMove("lost")

    monkeypatch.setattr(module, "under_noise", refuses)
    assert ng.replay(GENEVA, SCENARIO, draws=0).noise is None


def test_a_name_and_the_truce_itself_come_to_the_same(asked):
    assert ng.replay("2025-10-busan", draws=0).agreement == BUSAN
    assert ng.replay(BUSAN, draws=0).scenario.name == SCENARIO.name


# --- coverages ---------------------------------------------------------------------------------------------


def test_everything_is_the_text_over_the_levels_in_force():
    calm = SCENARIO.calm()
    found = coverages_of(BUSAN, SCENARIO, calm)
    assert list(found) == ["as written", "everything"]
    assert dict(found["as written"]) == dict(BUSAN.covered())
    levels = {(c, n): level for c, held in calm.items() for n, level in held.items()}
    assert dict(found["everything"]) == {**levels, **BUSAN.covered()}
    assert dict(found["everything"]) != levels


def test_a_side_s_reading_is_asked_only_where_it_differs():
    in_force = postures_on(SCENARIO, GENEVA.signed - DAY)
    found = coverages_of(GENEVA, SCENARIO, in_force)
    written = dict(GENEVA.covered())
    for side in SCENARIO.countries:
        assert dict(found[f"as read by {side}"]) == {**written, **GENEVA.as_read_by(side)} != written
    one_sided = GENEVA.model_copy(update={"readings": tuple(r for r in GENEVA.readings if r.side == "CHN")})
    assert list(coverages_of(one_sided, SCENARIO, in_force)) == ["as written", "as read by CHN", "everything"]


def test_an_amendment_is_set_beside_the_game_with_both_texts():
    stockholm = ng.truce("2025-08-stockholm", SCENARIO)
    found = coverages_of(stockholm, SCENARIO, SCENARIO.calm())["as written"]
    assert set(GENEVA.covered()) <= set(found)
    assert {pair: found[pair] for pair in stockholm.covered()} == dict(stockholm.covered())


def test_an_amendment_that_is_read_differently_keeps_what_it_amends_in_each_coverage():
    """The base is not at the levels in force, and the readings say nothing of it."""
    control = ("USA", "chip_control")
    readings = tuple(
        one.model_copy(update={"terms": (one.terms[0].model_copy(
            update={"country": "USA", "instrument": control[1], "level": level}),)})
        for one, level in zip(GENEVA.readings, ("h20_stopped", "licensed"), strict=True)
    )  # fmt: skip
    london = ng.truce("2025-06-london", SCENARIO)
    own = {pair: level for pair, level in london.covered().items() if pair not in GENEVA.covered()}
    assert own
    text = london.model_copy(update={"readings": readings})
    found = coverages_of(text, SCENARIO, SCENARIO.calm())
    written = {**GENEVA.covered(), **london.covered()}
    assert dict(found["as written"]) == written
    for one, level in zip(readings, ("h20_stopped", "licensed"), strict=True):
        assert dict(found[f"as read by {one.side}"]) == {**written, control: level}
    calm = {(c, n): level for c, held in SCENARIO.calm().items() for n, level in held.items()}
    assert dict(found["everything"]) == {**calm, **written}


def test_a_truce_is_looked_up_in_the_dispute_that_is_given(asked, tmp_path):
    world = ng.load_scenario(write(tmp_path))
    found = ng.replay("2024-06-harbour", world, draws=0)
    assert (found.agreement.id, found.scenario) == ("2024-06-harbour", world)
    assert found.agreement == ng.truce("2024-06-harbour", world)
    assert ng.replay("2024-06-harbour", world.folder, draws=0).agreement == found.agreement


# --- what it says ------------------------------------------------------------------------------------------


def check(coverage, binding=None, deviation=None, value=None, terms=3):
    """A check with the parts that the table of coverages reads."""
    rows = ((coverage, "first"), (coverage, "second"))
    return SimpleNamespace(
        coverage=coverage, incentives=SimpleNamespace(terms=dict.fromkeys(range(terms))),
        verdict=SimpleNamespace(holds=deviation is None, margin=0.25, deviation=deviation),
        critical=SimpleNamespace(value=value, binding=binding),
        table=lambda: Table("x", ("coverage", "row"), rows),
    )  # fmt: skip


def replay_of(*checks, noise=None):
    tables = SimpleNamespace(table=lambda: Table("a title", ("leg",), (("tariff",),), {"tariff": "duties"}))
    return Replay(GENEVA, SCENARIO, STATE, tables, checks, tables, tables, 0.875, noise)


def test_a_coverage_is_told_by_what_binds_or_else_by_what_breaks_it():
    found = replay_of(
        check("as written", "binds", None, 0.5, 4), check("everything", None, "breaks", None, 12),
        check("read", "binds", "breaks", 0.0), check("bare"),
    ).coverage_table()  # fmt: skip
    assert found.columns == (
        "coverage", "instruments", "holds", "margin, % GDP", "critical discount factor", "discount factor",
        "binding or breaking",
    )  # fmt: skip
    assert found.rows == (
        ("as written", 4, True, 0.25, 0.5, 0.875, "binds"),
        ("everything", 12, False, 0.25, "none", 0.875, "breaks"),
        ("read", 3, False, 0.25, 0.0, 0.875, "binds"),
        ("bare", 3, True, 0.25, "none", 0.875, ""),
    )
    assert found.title == "2025-05-geneva: grim trigger by coverage"


def test_checks_are_found_by_their_coverage_the_text_s_own_by_default():
    one, two = check("as written"), check("everything")
    found = replay_of(one, two)
    assert (found.check(), found.check("everything")) == (one, two)
    with pytest.raises(UnknownCoverage, match="everything"):
        found.check("everythin")
    assert found.incentive_table().columns == ("coverage", "row")
    assert found.incentive_table().rows == tuple(
        (c, row) for c in ("as written", "everything") for row in ("first", "second")
    )


def test_each_table_goes_by_its_own_name():
    class Told:
        """Answers each method with its name."""

        def __init__(self, kind):
            self.kind = kind

        def __getattr__(self, name):
            return lambda *_: f"{self.kind}.{name}"

    kinds = {name: Told(name) for name in ("moves", "legs", "timeline", "theories")}
    found = replay_of(check("as written"))
    for name, told in kinds.items():
        object.__setattr__(found, name, told)
    tables = found.tables()
    assert {name: table for name, table in tables.items() if isinstance(table, str)} == {
        "verdicts": "legs.table", "theories": "theories.detail", "margins": "legs.margins_table",
        "moves": "moves.table", "deviation_gains": "moves.gains_table", "postures": "timeline.table",
    }  # fmt: skip
    assert tables["coverage"].columns[:2] == ("coverage", "instruments")
    assert tables["incentives"].columns == ("coverage", "row")
    assert tables["incentives"].title == "2025-05-geneva: incentives"
    assert tables["incentives"].names == GENEVA.names_in(SCENARIO)
    given = []
    noise = SimpleNamespace(tables=lambda legs: given.append(legs) or {"life": "of noise"})
    object.__setattr__(found, "noise", noise)
    assert set(found.tables()) == {*tables, "life"}
    assert found.tables()["life"] == "of noise"
    assert set(given) == {kinds["legs"]}


def test_verdicts_are_of_its_own_agreement_legs_and_theories(monkeypatch):
    monkeypatch.setattr(module, "legs_under_theories", lambda *given: given)
    found = replay_of()
    object.__setattr__(found, "theories", "the theories")
    assert found.verdicts == (GENEVA.id, found.legs, "the theories")


def test_it_prints_verdicts_coverages_and_moves_in_the_record_s_own_words():
    parts = str(replay_of(check("as written"))).split("\n\n")
    assert [part.splitlines()[0] for part in parts] == [
        "a title", "2025-05-geneva: grim trigger by coverage", "a title",
    ]  # fmt: skip
    assert "tariff" in parts[0]
    assert "duties" not in parts[0]
    assert replay_of().table().title == "a title"


def test_names_are_those_of_the_agreement_and_the_scenario():
    assert replay_of(check("as written")).coverage_table().names == GENEVA.names_in(SCENARIO)


def test_scores_are_asked_of_the_truce_with_the_predictors_that_are_given(asked):
    found = replay_of()
    assert found.score() == "window_scores"
    found.score([1, 2])
    assert asked["window_scores"] == [(GENEVA, SCENARIO, None), (GENEVA, SCENARIO, [1, 2])]


# --- theories beside the record ----------------------------------------------------------------------------


def leg(name, held, share):
    return SimpleNamespace(leg=name, record_held=held, share=share, theory="moment")


def theory(leg_, name, margin, share):
    return SimpleNamespace(leg=leg_, theory=name, holds=margin >= 0, margin=margin, share=share)


@pytest.fixture
def beside():
    legs = {"tariff": leg("tariff", True, 0.75), "control": leg("control", False, None)}

    class Legs(dict):
        names = {"tariff": "duties"}  # noqa: RUF012 - a stand-in

    theories = [
        theory("tariff", "moment", 0.5, 0.25), theory("tariff", "other", -0.5, 0.125),
        theory("control", "moment", -1.0, 0.5), theory("control", "other", 0.0, None),
    ]  # fmt: skip
    return legs_under_theories("a truce", Legs(legs), theories)


def test_each_leg_and_theory_stands_beside_the_record(beside):
    assert beside.rows == (
        # What the replay itself asks is counted over its own draws; the rest over the theories'.
        LegUnderTheory("tariff", "moment", True, 0.5, True, 0.75),
        LegUnderTheory("tariff", "other", False, -0.5, True, 0.125),
        LegUnderTheory("control", "moment", False, -1.0, False, None),
        LegUnderTheory("control", "other", True, 0.0, False, None),
    )
    assert [row.agree for row in beside] == [True, False, True, False]
    assert [row.recorded for row in beside] == ["held", "held", "moved on", "moved on"]
    assert [row.words for row in beside] == ["yes 0.75", "no 0.12", "no", "yes"]
    assert len(beside) == 4


def test_the_tables_of_theories(beside):
    assert beside.table().rows[1] == ("tariff", "other", False, -0.5, 0.125, "held", False)
    assert beside.table().title == "a truce: each leg under each theory"
    wide = beside.by_theory()
    assert wide.columns == ("leg", "the record", "moment", "other")
    assert wide.rows == (("tariff", "held", "yes 0.75", "no 0.12"), ("control", "moved on", "no", "yes"))
    assert wide.title == "a truce: does a leg hold under each theory?"
    assert wide.names == beside.table().names == {"tariff": "duties"}


def test_a_row_is_found_by_both_and_else_the_nearest_is_offered(beside):
    assert beside.find("control", "other") is beside.rows[3]
    assert beside.find("tariff", "other") is beside.rows[1]
    with pytest.raises(UnknownLeg, match="control under other"):
        beside.find("contro", "other")
    assert len(LegsUnderTheories("none", ())) == 0


# --- windows -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("signed", "ends", "first", "last"),
    [
        (date(2025, 5, 12), date(2025, 6, 30), date(2025, 5, 12), date(2025, 6, 30)),  # a Monday
        (date(2025, 5, 13), date(2025, 11, 30), date(2025, 5, 19), date(2025, 11, 30)),
        (date(2025, 5, 18), date(2026, 1, 1), date(2025, 5, 19), date(2025, 11, 30)),
    ],
)
def test_scores_are_of_whole_weeks_to_the_end_of_the_window_or_of_the_record(
    signed, ends, first, last, monkeypatch
):
    told = []
    monkeypatch.setattr(windows, "cells_of", lambda *given: told.append(given) or "cells")
    monkeypatch.setattr(windows, "prequential", lambda *given, **named: (given, named))
    monkeypatch.setattr(windows, "usual_predictors", lambda world: ("usual", world.name))
    text = GENEVA.model_copy(update={"signed": signed, "window_end": ends})
    scored = windows.window_scores(text, SCENARIO)
    assert scored == ((("usual", SCENARIO.name), SCENARIO), {"cells": "cells"})
    assert told == [(SCENARIO, first, last)]
    assert windows.window_scores(text, SCENARIO, ["one"])[0] == (["one"], SCENARIO)
    assert windows.window_scores(text, SCENARIO, [])[0] == ([], SCENARIO)
