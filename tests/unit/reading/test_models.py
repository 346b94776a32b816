import math
from datetime import date
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from negotiation.errors import InvalidFile, NegotiationError, UnknownScenario
from negotiation.reading.models import load_csv, load_toml
from negotiation.reading.names import names_in, path_of
from negotiation.world.dates import RecordDate


class Fact(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    value: float = Field(ge=0, le=100, description="share, percent")
    unit: Literal["percent", "days"] = "percent"


class Sheet(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    since: date | None = None
    seen: RecordDate | None = None
    tags: tuple[str, ...] = ()
    facts: dict[str, Fact] = Field(default_factory=dict)
    rows: tuple[Fact, ...] = ()


class Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

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


def test_missing_file(tmp_path):
    refused(load_toml, tmp_path / "none.toml", Sheet, "cannot be read", "check the path")
    refused(load_csv, tmp_path / "none.csv", Row, "cannot be read", "check the path")
    refused(load_toml, tmp_path, Sheet, "cannot be read")


def test_not_text(tmp_path):
    path = tmp_path / "file.toml"
    path.write_bytes(b"\xff\xfe\x00")
    refused(load_toml, path, Sheet, "UTF-8")
    refused(load_csv, path, Row, "UTF-8")


def test_toml_syntax_names_the_place(tmp_path):
    refused(load_toml, written(tmp_path, 'name = "x"\nrows = ]\n'), Sheet, "is not TOML", "line 2", "mend")


def test_missing_field(tmp_path):
    refused(load_toml, written(tmp_path, "tags = []"), Sheet, "name: nothing came; it is needed")


def test_extra_field_offers_the_nearest(tmp_path):
    path = written(tmp_path, 'name = "x"\n[facts.share]\nvalue = 1\nunits = "percent"')
    refused(
        load_toml, path, Sheet, "facts.share.units: 'percent' came", "mean 'unit'", "allowed: value, unit"
    )


@pytest.mark.parametrize("value", ['"5"', "true", "[]"])
def test_mistyped_field_is_not_coerced(tmp_path, value):
    path = written(tmp_path, f'name = "x"\n[[rows]]\nvalue = 1\n[[rows]]\nvalue = {value}')
    refused(load_toml, path, Sheet, "rows.1.value: ", " came; ", "a number is needed", "share, percent")


@pytest.mark.parametrize("value", ["100.5", "-1", "inf", "nan"])
def test_out_of_range_field(tmp_path, value):
    path = written(tmp_path, f'name = "x"\n[facts.share]\nvalue = {value}')
    message = refused(load_toml, path, Sheet, "facts.share.value: ", "share, percent")
    assert "at most 100 is needed" in message or "at least 0 is needed" in message


def test_choices_and_dates_say_what_is_allowed(tmp_path):
    path = written(tmp_path, 'name = "x"\nseen = "May"\n[facts.a]\nvalue = 1\nunit = "weeks"')
    refused(
        load_toml,
        path,
        Sheet,
        "facts.a.unit: 'weeks' came",
        "'percent' or 'days'",
        "seen: 'May' came",
        "allowed",
    )


def test_every_fault_is_named_in_one_error(tmp_path):
    path = written(tmp_path, 'nmae = "x"\n[facts.a]\nvalue = 200')
    refused(load_toml, path, Sheet, "3 fault(s)", "name: ", "nmae: ", "facts.a.value: 200")


def test_long_values_are_cut(tmp_path):
    message = refused(load_toml, written(tmp_path, f'name = ["{"x" * 5000}"]'), Sheet, "name: ")
    assert len(message) < 500


def test_csv_becomes_rows_in_order_and_empty_cells_take_the_default(tmp_path):
    path = written(tmp_path, 'note,id,value\n"a, ""b""\nc",one,1.5\n,two,\n', "file.csv")
    assert load_csv(path, Row) == (Row(id="one", value=1.5, note='a, "b"\nc'), Row(id="two"))


def test_csv_columns(tmp_path):
    path = written(tmp_path, "id,values,note,note\n", "file.csv")
    refused(
        load_csv,
        path,
        Row,
        "missing column 'value'",
        "extra column 'values' (did you mean 'value'?)",
        "column 'note' comes twice",
        "allowed: id, value, note",
    )
    refused(load_csv, written(tmp_path, "", "empty.csv"), Row, "missing column 'id'")


def test_csv_faults_name_line_field_and_value(tmp_path):
    path = written(tmp_path, "id,value,note\none,1,\ntwo,much,\n,101,\nfour,1\n", "file.csv")
    refused(
        load_csv,
        path,
        Row,
        "line 3: value: 'much' came",
        "rate, percent",
        "line 4: id: nothing came",
        "line 4: value: '101' came",
        "line 5: 2 cells came; 3 are needed",
    )


def test_csv_quotes(tmp_path):
    refused(load_csv, written(tmp_path, 'id,value,note\n"one,1,\n', "file.csv"), Row, "is not CSV", "mend")


def test_many_faults_are_counted(tmp_path):
    path = written(tmp_path, "id,value,note\n" + "x,much,\n" * 50, "file.csv")
    message = refused(load_csv, path, Row, "50 fault(s)", "and 30 more")
    assert message.count("\n") == 21


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


def test_not_a_number_is_read_as_itself_where_a_model_allows_it(tmp_path):
    class Free(BaseModel):
        value: float

    assert math.isnan(load_toml(written(tmp_path, "value = nan"), Free).value)
