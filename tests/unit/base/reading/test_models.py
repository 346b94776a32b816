from datetime import date
from typing import Literal

import pytest
from pydantic import Field

from negotiation.base.reading.models import FileModel, load_csv, load_toml
from negotiation.base.reading.names import names_in, path_of
from negotiation.disputes.dates import RecordDate
from negotiation.errors import InvalidFile, NegotiationError, UnknownScenario


class Fact(FileModel):
    value: float = Field(ge=0, le=100, description="share, percent")
    unit: Literal["percent", "days"] = "percent"


class Sheet(FileModel):
    name: str
    since: date | None = None
    seen: RecordDate | None = None
    tags: tuple[str, ...] = ()
    facts: dict[str, Fact] = Field(default_factory=dict)
    rows: tuple[Fact, ...] = ()


class Row(FileModel):
    id: str
    value: float | None = Field(None, le=100, description="rate, percent")
    note: str = ""


def written(folder, text, name="file.toml"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def refused(load, path, model, *words):
    with pytest.raises(InvalidFile) as caught:
        load(path, model)
    message = str(caught.value)
    assert isinstance(caught.value, NegotiationError)
    for word in (str(path), *words):
        assert word in message
    return message


def test_toml_becomes_the_model(tmp_path):
    top = 'name = "x"\nsince = 2025-05-12\nseen = "2025-05"\ntags = ["a"]\n'
    text = f"{top}[facts.share]\nvalue = 5\n[[rows]]\nvalue = 1.5"
    sheet = load_toml(written(tmp_path, text), Sheet)
    assert sheet.since == date(2025, 5, 12)
    assert sheet.seen == RecordDate.parse("2025-05")
    assert sheet.tags == ("a",)
    assert sheet.facts == {"share": Fact(value=5.0)}
    assert sheet.rows == (Fact(value=1.5),)


NAMED = 'name = "x"\n'
ROWS = "[[rows]]\nvalue = 1\n[[rows]]\nvalue = "
MISTYPED = ["rows.1.value: ", "got ", "expected a number", "share, percent"]
FAULTY_TOML = [
    (f"{NAMED}rows = ]\n", ["is not TOML", "line 2", "correct"]),
    ("tags = []", ["name: this field is missing; add it"]),
    (
        f'{NAMED}[facts.share]\nvalue = 1\nunits = "percent"',
        ["facts.share.units: got 'percent'", "mean 'unit'", "allowed: value, unit"],
    ),
    *((f"{NAMED}{ROWS}{value}", MISTYPED) for value in ('"5"', "true", "[]")),
    *(
        (f"{NAMED}[facts.a]\nvalue = {value}", ["facts.a.value: ", f"expected {most}", "share, percent"])
        for values, most in ((("100.5", "inf", "nan"), "at most 100"), (("-1",), "at least 0"))
        for value in values
    ),
    (
        f'{NAMED}seen = "May"\n[facts.a]\nvalue = 1\nunit = "weeks"',
        ["facts.a.unit: got 'weeks'", "'percent' or 'days'", "seen: got 'May'", "allowed"],
    ),
    ('nmae = "x"\n[facts.a]\nvalue = 200', ["3 fault(s)", "name: ", "nmae: ", "facts.a.value: got 200"]),
]


@pytest.mark.parametrize(("text", "words"), FAULTY_TOML)
def test_a_fault_of_a_table_is_named_with_its_place(tmp_path, text, words):
    refused(load_toml, written(tmp_path, text), Sheet, *words)


def test_what_is_no_file_of_text_is_refused(tmp_path):
    for load, model in ((load_toml, Sheet), (load_csv, Row)):
        refused(load, tmp_path / "none", model, "cannot be read", "check the path")
        (tmp_path / "file").write_bytes(b"\xff\xfe\x00")
        refused(load, tmp_path / "file", model, "UTF-8")
    refused(load_toml, tmp_path, Sheet, "cannot be read")


COLUMNS = [
    "missing column 'value'", "extra column 'values' (did you mean 'value'?)", "column 'note' is there twice",
    "allowed: id, value, note",
]  # fmt: skip
LINES = [
    "line 3: value: got 'much'", "rate, percent", "line 4: id: this field is missing",
    "line 4: value: got '101'", "line 5: got 2 cells; expected 3",
]  # fmt: skip
FAULTY_CSV = [
    ("id,values,note,note\n", COLUMNS),
    ("", ["missing column 'id'"]),
    ("id,value,note\none,1,\ntwo,much,\n,101,\nfour,1\n", LINES),
    ('id,value,note\n"one,1,\n', ["is not CSV", "correct"]),
]


@pytest.mark.parametrize(("text", "words"), FAULTY_CSV)
def test_a_fault_of_rows_is_named_with_its_line(tmp_path, text, words):
    refused(load_csv, written(tmp_path, text, "file.csv"), Row, *words)


def test_names_are_found_and_lead_nowhere_else(tmp_path):
    folder = tmp_path / "records"
    folder.mkdir()
    for name in ("b-2", "a1", "Capital", "under_score"):
        written(folder, "", f"{name}.toml")
    written(folder, "", "moves.csv")
    written(tmp_path, "", "outside.toml")
    (folder / "link.toml").symlink_to(tmp_path / "outside.toml")
    assert names_in(folder) == ("a1", "b-2", "link")
    assert path_of(folder, "a1", UnknownScenario) == folder / "a1.toml"
    for name in ("../outside", "link", "", ".", "a1.toml", str(tmp_path / "outside"), "a1\x00", "A1", "nope"):
        with pytest.raises(UnknownScenario, match="a1, b-2"):
            path_of(folder, name, UnknownScenario)
