"""What follows a breach and an expiry, and the rows of a record: which values are allowed, edge by edge."""

import pytest

from negotiation.errors import InvalidDate, InvalidFile
from negotiation.truces.record.clauses import Clause, ReadTerm
from negotiation.truces.record.contract import Contract, Coordination, Linkage, clock_periods
from negotiation.truces.record.moves import (
    InitialPosture,
    MoveRecord,
    PostureEntry,
    RecordMap,
    RecordState,
    has_record,
    initial_posture,
    load_moves,
    looking_back_to,
    read_moves,
    record_file,
    recorded_postures,
)
from negotiation.world import load_scenario
from negotiation.world.files.folder import folder_values
from tests.small_dispute import EARLIER, MOVES, POSTURE, row, write

ISSUES = ("tariff", "control")


def quantity(value, unit, low=None, high=None):
    return {
        "value": value, "low": value if low is None else low, "high": value if high is None else high,
        "unit": unit, "date": "2024", "assumption": True,
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["none", "within_issue", "proportionate", "all_or_nothing"])
def test_a_linkage_says_where_it_is_from_and_names_answers_only_where_it_has_some(kind):
    with pytest.raises(ValueError, match="needs a `source`, or `assumption = true`"):
        Linkage(kind=kind)
    assert Linkage(kind=kind, source="a text").graph(ISSUES) == Linkage(kind=kind, assumption=True).graph(
        ISSUES
    )
    answers = {"tariff": ("tariff", "control")}
    if kind in ("none", "all_or_nothing"):
        with pytest.raises(ValueError, match=f"for within_issue and proportionate; the kind is '{kind}'"):
            Linkage(kind=kind, assumption=True, answers=answers)
    else:
        found = Linkage(kind=kind, assumption=True, answers=answers)
        assert found.graph(ISSUES) == {"tariff": ("tariff", "control"), "control": ()}
        assert found.graph(("control", "tariff"))["tariff"] == ("control", "tariff")
        assert found.graph(("tariff",)) == {"tariff": ("tariff",)}


@pytest.mark.parametrize("answers", [{"trade": ("tariff",)}, {"tariff": ("trade",)}])
def test_answers_are_between_legs(answers):
    with pytest.raises(ValueError, match="trade"):
        Linkage(kind="within_issue", assumption=True, answers=answers)


@pytest.mark.parametrize(
    ("given", "ok"),
    [
        (quantity(60.0, "days", 1.0), True), (quantity(2.0, "periods"), True),
        (quantity(60.0, "days", 0.0), False), (quantity(60.0, "days", -1.0), False),
        (quantity(2.0, "weeks"), False), ("grim", True), ("mild", False),
    ],
)  # fmt: skip
def test_an_answer_lasts_longer_than_nothing_in_days_or_periods_or_for_ever(given, ok):
    if ok:
        assert Contract.model_validate({"punishment": given}).punishment is not None
    else:
        with pytest.raises(ValueError, match="punishment"):
            Contract.model_validate({"punishment": given})


@pytest.mark.parametrize(
    ("low", "high", "ok"), [(0.0, 1.0, True), (0.2, 0.8, True), (-0.01, 0.8, False), (0.2, 1.01, False)]
)
def test_a_chance_of_renewal_is_from_none_to_certain(low, high, ok):
    given = {"renewal": quantity(0.5, "chance", low, high)}
    if ok:
        assert Contract.model_validate(given).renewal.value == 0.5
    else:
        with pytest.raises(ValueError, match=f"from 0 to 1; got {low} to {high}"):
            Contract.model_validate(given)


def test_agencies_are_coordinated_unless_it_is_said_that_they_are_not():
    assert Contract().regime == "coordinated"
    for regime in ("coordinated", "fractured"):
        given = Coordination(regime=regime, source_title="a report", confidence="low")
        assert Contract(coordination=given).regime == regime


@pytest.mark.parametrize(
    ("value", "unit", "lag", "periods"),
    [(28.0, "days", 14.0, 2), (28.0, "days", 7.0, 4), (28.0, "periods", 7.0, 28), (3.0, "days", 14.0, 1)],
)
def test_an_answer_in_days_has_more_periods_where_they_are_shorter(value, unit, lag, periods):
    assert Contract.model_validate({"punishment": quantity(value, unit)}).punishment_periods(lag) == periods


def test_a_term_has_no_days_or_more():
    assert (clock_periods(0, 14.0), clock_periods(1, 14.0), clock_periods(90, 30.0)) == (None, 1, 3)
    with pytest.raises(InvalidDate, match="got -1"):
        clock_periods(-1, 14.0)


# Rows and postures

MOVE = {
    "id": "E001", "announced": "2024-02-01", "actor": "AAA", "agency": "a ministry", "direction": "escalate",
    "record_instrument": "tariff", "instrument": "tariff", "level": "high", "status": "applied",
    "source_title": "invented", "confidence": "low",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, None),
        ({"effective": "2024-03"}, None),
        ({"ended": "never applied"}, None),
        ({"effective": "never applied"}, "belongs in `ended` alone"),
        ({"announced": "never applied"}, "belongs in `ended` alone"),
        ({"reason": "none fits"}, "either `instrument` or `reason`"),
        ({"instrument": None, "level": None}, "either `instrument` or `reason`"),
        ({"instrument": None, "level": None, "reason": "none fits"}, None),
        ({"instrument": None, "reason": "none fits"}, "neither `level` nor `value`"),
        (
            {"instrument": None, "level": None, "reason": "x", "value": 0.0, "definition": "average"},
            "neither `level` nor `value`",
        ),
        ({"level": None, "value": 0.0, "definition": "average"}, None),
        ({"level": None, "value": 1000.0, "definition": "average"}, None),
        ({"level": None, "value": 1000.1, "definition": "average"}, "value"),
        ({"level": None, "value": -0.1, "definition": "average"}, "value"),
        ({"value": 0.0, "definition": "average"}, "either `level` or `value`, and not both"),
        ({"level": None, "value": 3.0}, "`value` and `definition` come together"),
        ({"definition": "average"}, "`value` and `definition` come together"),
        ({"level": None}, "a `level`, a `value`, or a `mapping_note`"),
        ({"level": None, "mapping_note": "not known"}, None),
        ({"id": "E001b"}, None),
        ({"id": "EP01"}, None),
        ({"id": "E1"}, "id"),
        ({"id": "EPX01"}, "id"),
        ({"id": "E0001"}, "id"),
        ({"agency": ""}, "agency"),
        ({"actor": "aaa"}, "actor"),
        ({"direction": "up"}, "direction"),
        ({"status": "planned"}, "status"),
        ({"confidence": "sure"}, "confidence"),
        ({"source_title": ""}, "source_title"),
        ({"record_instrument": ""}, "record_instrument"),
    ],
)
def test_what_a_row_may_say(changes, words):
    given = {name: value for name, value in {**MOVE, **changes}.items() if value is not None}
    if words is None:
        assert MoveRecord.model_validate(given).actor == "AAA"
    else:
        with pytest.raises(ValueError, match=words):
            MoveRecord.model_validate(given)


@pytest.mark.parametrize("name", ["curb_dependence", "control_dependence", "stocks"])
@pytest.mark.parametrize(("step", "ok"), [(-1, False), (0, True), (2, True), (3, False)])
def test_a_state_has_three_steps(name, step, ok):
    given = {"day": "2024-01-01", "note": "invented", name: step}
    if ok:
        found = RecordState.model_validate(given)
        assert getattr(found, name) == step
        others = {"curb_dependence", "control_dependence", "stocks"} - {name}
        assert [getattr(found, other) for other in others] == [None, None]
    else:
        with pytest.raises(ValueError, match=name):
            RecordState.model_validate(given)


def test_postures_and_maps_are_not_empty_and_say_what_they_rest_on():
    fields = {
        "country": "AAA",
        "instrument": "tariff",
        "level": "high",
        "source_title": "x",
        "confidence": "low",
    }
    for value, ok in ((0.0, True), (1000.0, True), (-0.1, False), (1000.1, False)):
        given = {**fields, "note": "x", "value": value}
        if ok:
            assert PostureEntry.model_validate(given).value == value
        else:
            with pytest.raises(ValueError, match="value"):
                PostureEntry.model_validate(given)
    for wrong in (lambda: PostureEntry.model_validate({**fields, "note": ""}),
                  lambda: InitialPosture.model_validate({"day": "2024-01-01", "entries": []}),
                  lambda: RecordMap(instruments={}, unscored_truces={"2024-01-x": ""}),
                  lambda: RecordState.model_validate({"day": "2024-01-01", "note": ""})):  # fmt: skip
        with pytest.raises(ValueError, match=r"at least 1 (character|item)"):
            wrong()
    assert PostureEntry.model_validate({**fields, "note": "x"}).assumption is False
    assert RecordMap(instruments={}).unscored_truces == {}


# Files of a record


def test_each_dispute_has_its_own_rows_and_postures(tmp_path):
    first = load_scenario(write(tmp_path / "a", table=[row("E001", "2024-02-01", "AAA", "tariff", "high")]))
    second = load_scenario(write(tmp_path / "b", (POSTURE, '"open"', '"stopped"'), table=[]))
    assert [move.id for move in load_moves(first)] == ["E001"]
    assert load_moves(second) == ()
    assert [move.id for move in read_moves(first.folder / MOVES)] == ["E001"]
    ends = [[entry.level for entry in initial_posture(world).entries] for world in (first, second)]
    assert ends == [["normal", "normal", "open"], ["normal", "normal", "stopped"]]
    days = [str(one.day) for one in recorded_postures(first)]
    assert days == ["2024-01-01"]
    assert [str(one.day) for one in recorded_postures(first.with_past_levels())] == ["2021-01-01", *days]


def test_a_dispute_without_a_file_of_its_record_says_which(tmp_path):
    bare = load_scenario(
        write(tmp_path / "bare", (MOVES, None, None), (POSTURE, None, None), (EARLIER, None, None))
    )
    nowhere = load_scenario(folder_values(write(tmp_path / "whole")))
    for world in (bare, nowhere):
        assert not has_record(world)
        for ask, name in ((load_moves, MOVES), (initial_posture, POSTURE), (recorded_postures, POSTURE)):
            with pytest.raises(InvalidFile, match=f"the dispute 'mine' has no {name}, so"):
                ask(world)
        assert (
            looking_back_to(world, initial_posture(load_scenario(tmp_path / "whole" / "mine")).day.earliest)
            is world
        )
    with pytest.raises(InvalidFile, match=r"has no record/other\.toml"):
        record_file(load_scenario(tmp_path / "whole" / "mine"), "other.toml")
    whole = load_scenario(tmp_path / "whole" / "mine")
    assert has_record(whole)
    assert record_file(whole, "map.toml") == whole.folder / "record" / "map.toml"


def test_what_is_left_out_is_empty_or_not_known():
    left_out = MoveRecord.model_fields.keys() - MOVE.keys()
    move = MoveRecord.model_validate(MOVE)
    texts = {"source_url", "reason", "raw_before", "raw_after", "mapping_note", "scope", "legal_basis"}
    assert {name: getattr(move, name) for name in left_out} == {
        name: "" if name in texts else None for name in left_out
    }
    state = RecordState.model_validate({"day": "2024-01-01", "note": "invented"})
    assert (state.assumption, state.stocks, state.curb_dependence) == (False, None, None)
    clause = Clause.model_validate({
        "id": "T01", "side": "AAA", "record_instrument": "tariff", "obligation": "x", "covered": False,
        "verifiability": "none", "observed": "open", "source_title": "x", "confidence": "low",
    })  # fmt: skip
    assert (clause.instrument, clause.level, clause.duration) == (None, None, "")
    assert (clause.verifiability_note, clause.observed_detail, clause.source_url) == ("", "", "")
    term = ReadTerm(country="AAA", instrument="tariff", level="high", how="kept")
    assert term.verifiability is None
    linkage = Linkage(kind="none", assumption=True)
    assert (linkage.answers, linkage.source, linkage.note) == (None, "", "")
    assert Contract().coordination is None
    assert Contract().linkage.assumption


@pytest.mark.parametrize(
    ("changes", "ok"),
    [
        ({"id": "T1"}, False), ({"id": "TT01"}, True), ({"id": "TTT01"}, False), ({"id": "T0001"}, False),
        ({"id": "T001"}, True), ({"id": "t01"}, False), ({"side": "both"}, True), ({"side": "AA"}, False),
        ({"side": "aaa"}, False), ({"obligation": ""}, False), ({"record_instrument": ""}, False),
        ({"verifiability": "some"}, False), ({"observed": "seen"}, False), ({"source_title": ""}, False),
        ({"observed": "complied, then ended"}, True), ({"observed": "exploited"}, True),
        ({"observed": "complied (announced)"}, True), ({"observed": "outside the deal"}, True),
        ({"level": "Normal"}, False), ({"unread": 1}, False),
    ],
)  # fmt: skip
def test_limits_of_the_fields_of_a_clause(changes, ok):
    given = {
        "id": "T01", "side": "AAA", "record_instrument": "tariff", "instrument": "tariff", "level": None,
        "obligation": "x", "covered": True, "verifiability": "low", "observed": "open", "source_title": "x",
        "confidence": "low", **changes,
    }  # fmt: skip
    if ok:
        found = Clause.model_validate(given)
        assert {name: getattr(found, name) for name in changes} == changes
    else:
        with pytest.raises(ValueError, match=next(iter(changes))):
            Clause.model_validate(given)
