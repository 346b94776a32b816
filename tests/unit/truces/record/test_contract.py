"""What follows a breach and an expiry, and the rows of a record: which values are allowed, edge by edge."""

import pytest

from negotiation.disputes import load_scenario
from negotiation.errors import InvalidDate, InvalidFile
from negotiation.truces.record.contract import Contract, Coordination, Linkage, clock_periods
from negotiation.truces.record.moves import InitialPosture, MoveRecord, PostureEntry, RecordMap, RecordState
from negotiation.truces.record.timeline import (
    has_record,
    initial_posture,
    load_moves,
    looking_back_to,
    read_moves,
    record_file,
    recorded_postures,
)
from tests.several_countries import folder_values
from tests.small_dispute import EARLIER, MOVES, POSTURE, quantity, row, write

ISSUES = ("tariff", "control")


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


def test_each_kind_of_linkage_says_which_issue_answers_which():
    graph = lambda kind, issues: Linkage(kind=kind, assumption=True).graph(issues)  # noqa: E731 - short
    assert graph("none", ISSUES) == dict.fromkeys(ISSUES, ())
    assert graph("all_or_nothing", ISSUES) == dict.fromkeys(ISSUES, ISSUES)
    assert graph("all_or_nothing", ("control",)) == {"control": ("control",)}
    for kind in ("proportionate", "within_issue"):
        assert graph(kind, ISSUES) == {issue: (issue,) for issue in ISSUES}


CONTRACTS = [
    ({"punishment": quantity(60.0, "days", 1.0)}, None),
    ({"punishment": quantity(2.0, "periods")}, None),
    ({"punishment": "grim"}, None),
    ({"punishment": quantity(60.0, "days", 0.0)}, "lasts longer than 0; got 0.0"),
    ({"punishment": quantity(60.0, "days", -1.0)}, "lasts longer than 0; got -1.0"),
    ({"punishment": quantity(2.0, "weeks")}, "in days or periods; got 'weeks'"),
    ({"punishment": "mild"}, "punishment"),
    ({"renewal": quantity(0.5, "chance", 0.0, 1.0)}, None),
    ({"renewal": quantity(0.5, "chance", -0.01, 0.8)}, "from 0 to 1; got -0.01 to 0.8"),
    ({"renewal": quantity(0.5, "chance", 0.2, 1.01)}, "from 0 to 1; got 0.2 to 1.01"),
    ({"linkage": {"kind": "within_issue", "assumption": True, "answers": {"trade": ["tariff"]}}}, "trade"),
    ({"linkage": {"kind": "within_issue", "assumption": True, "answers": {"tariff": ["trade"]}}}, "trade"),
]


@pytest.mark.parametrize(("given", "words"), CONTRACTS)
def test_what_a_contract_may_say(given, words):
    if words is None:
        assert Contract.model_validate(given)
    else:
        with pytest.raises(ValueError, match=words):
            Contract.model_validate(given)


@pytest.mark.parametrize(
    ("value", "unit", "lag", "periods"),
    [
        (90.0, "days", 30.0, 3), (100.0, "days", 30.0, 3), (110.0, "days", 30.0, 4), (1.0, "days", 30.0, 1),
        (28.0, "days", 7.0, 4), (28.0, "periods", 7.0, 28), (0.2, "periods", 30.0, 1),
    ],
)  # fmt: skip
def test_an_answer_lasts_so_many_periods_and_at_least_one(value, unit, lag, periods):
    assert Contract.model_validate({"punishment": quantity(value, unit)}).punishment_periods(lag) == periods
    assert Contract().punishment_periods(lag) is None


def test_a_term_has_whole_periods_and_at_least_one_or_none_at_all():
    days = {0: None, 1: 1, 14: 1, 20: 1, 22: 2, 28: 2}
    assert {n: clock_periods(n, 14.0) for n in days} == days
    with pytest.raises(InvalidDate, match="got -1"):
        clock_periods(-1, 14.0)
    torn = Coordination(regime="fractured", source_title="a report", confidence="low")
    assert (Contract().regime, Contract(coordination=torn).regime) == ("coordinated", "fractured")


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
    ],
)
def test_what_a_row_may_say(changes, words):
    given = {name: value for name, value in {**MOVE, **changes}.items() if value is not None}
    if words is None:
        assert MoveRecord.model_validate(given).actor == "AAA"
    else:
        with pytest.raises(ValueError, match=words):
            MoveRecord.model_validate(given)


ENTRY = {"country": "AAA", "instrument": "tariff", "level": "high", "source_title": "x", "confidence": "low"}


@pytest.mark.parametrize(
    ("kind", "given", "field"),
    [
        *((RecordState, {"day": "2024-01-01", "note": "x", name: step}, name)
          for name in ("curb_dependence", "control_dependence", "stocks") for step in (-1, 3)),
        (RecordState, {"day": "2024-01-01", "note": ""}, "note"),
        *((PostureEntry, {**ENTRY, "note": "x", "value": value}, "value") for value in (-0.1, 1000.1)),
        (PostureEntry, {**ENTRY, "note": ""}, "note"),
        (InitialPosture, {"day": "2024-01-01", "entries": []}, "entries"),
        (RecordMap, {"instruments": {}, "unscored_truces": {"2024-01-x": ""}}, "unscored_truces"),
    ],
)  # fmt: skip
def test_what_a_posture_a_state_or_a_map_may_not_say(kind, given, field):
    with pytest.raises(ValueError, match=field):
        kind.model_validate(given)


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
