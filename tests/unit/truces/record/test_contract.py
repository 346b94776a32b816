"""What follows a breach and an expiry, and the rows of a record: which values are allowed, edge by edge."""

import pytest

from negotiation.errors import InvalidDate
from negotiation.truces.record.contract import Contract, Coordination, Linkage, clock_periods
from negotiation.truces.record.moves import MoveRecord
from tests.small_dispute import quantity

ISSUES = ("tariff", "control")


@pytest.mark.parametrize("kind", ["none", "within_issue", "proportionate", "all_or_nothing"])
def test_a_linkage_says_where_it_is_from_and_names_answers_only_where_it_has_some(kind):
    with pytest.raises(ValueError, match="needs a `source` or `assumption = true`"):
        Linkage(kind=kind)
    assert Linkage(kind=kind, source="a text").graph(ISSUES) == Linkage(kind=kind, assumption=True).graph(
        ISSUES
    )
    answers = {"tariff": ("tariff", "control")}
    if kind in ("none", "all_or_nothing"):
        with pytest.raises(ValueError, match=f"'proportionate'; got the kind '{kind}'"):
            Linkage(kind=kind, assumption=True, answers=answers)
    else:
        found = Linkage(kind=kind, assumption=True, answers=answers)
        assert found.graph(ISSUES) == {"tariff": ("tariff", "control"), "control": ()}
        assert found.graph(("control", "tariff"))["tariff"] == ("control", "tariff")
        assert found.graph(("tariff",)) == {"tariff": ("tariff",)}


CONTRACTS = [
    ({"punishment": quantity(60.0, "days", 1.0)}, None),
    ({"punishment": quantity(2.0, "periods")}, None),
    ({"punishment": "grim"}, None),
    ({"punishment": quantity(60.0, "days", 0.0)}, "must be longer than 0; got 0.0"),
    ({"punishment": quantity(60.0, "days", -1.0)}, "must be longer than 0; got -1.0"),
    ({"punishment": quantity(2.0, "weeks")}, "must be 'days' or 'periods'; got 'weeks'"),
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
        ({"effective": "never applied"}, "is allowed in `ended` only"),
        ({"announced": "never applied"}, "is allowed in `ended` only"),
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
        ({"level": None, "value": 3.0}, "only one of `value` and `definition` is given"),
        ({"definition": "average"}, "only one of `value` and `definition` is given"),
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
