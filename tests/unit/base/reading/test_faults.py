"""A fault of a file is one sentence in the file's own words; nothing of the library that checks shows."""

import copy
import tomllib

import pytest

from negotiation.base.reading.models import model_of
from negotiation.errors import InvalidFile, printable, unknown_message
from negotiation.truces.record.agreement_text import AgreementText
from tests.us_china import AGREEMENTS

GENEVA = tomllib.loads((AGREEMENTS / "2025-05-geneva.toml").read_text(encoding="utf-8"))
DAYS = {"value": 30, "low": 20, "high": 40, "unit": "days", "date": "2025", "assumption": True}
INTERNALS = ("function-", "literal[", "[key]", "Input should", "Value error", "_check", "Quantity", "Tuple")


def faults_of(**changes):
    with pytest.raises(InvalidFile) as caught:
        model_of({**copy.deepcopy(GENEVA), **changes}, AgreementText, "a.toml")
    message = str(caught.value)
    assert not [word for word in INTERNALS if word in message]
    title, *faults = message.split("\n")
    assert title == f"a.toml: {len(faults)} fault(s); correct them in the file:"
    return faults


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        (
            {"punishment": "grimm"},
            "  punishment: got 'grimm'; expected a table or 'grim' (how long an answer",
        ),
        (
            {"punishment": {**DAYS, "lo": 1}},
            "  punishment.lo: got 1; there is no field of this name (did you mean 'low'?)",
        ),
        ({"renewal": "never"}, "  renewal: got 'never'; expected a table or 'by play' or 'calibration'"),
        (
            {"linkage": {"kind": "within_issue", "assumption": True, "answers": {"tarif": []}}},
            "  linkage.answers.tarif: got 'tarif'; expected a text of the form ^(tariff|control|other)$",
        ),
        ({"clauses": []}, "  clauses: got []; expected at least 1 value(s) (clauses and named gaps)"),
        ({"signed": "2025-13-01"}, "  signed: got '2025-13-01'; expected a day such as 2025-05-12"),
    ],
)
def test_one_fault_is_one_sentence(changes, fault):
    (said,) = faults_of(**changes)
    assert said.startswith(fault)


def test_each_fault_of_a_table_that_may_be_a_word_is_told():
    faults = faults_of(punishment={"value": "x", "low": "y"})
    assert [fault.split(":")[0].strip() for fault in faults] == [
        f"punishment.{name}" for name in ("value", "low", "high", "unit", "date")
    ]


def test_a_message_repeats_no_control_character_and_no_long_name():
    error = InvalidFile("a\x1b[31m.toml: no\nnext line \x9b2J \u202e \ud800")
    assert str(error) == "a\\x1b[31m.toml: no\nnext line \\x9b2J \\u202e \\ud800"
    assert printable("é 中 ✓") == "é 中 ✓"
    assert len(unknown_message("truce", "x" * 5000, ["2025-05-geneva"])) < 200
