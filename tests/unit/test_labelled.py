from dataclasses import dataclass

import pytest

from negotiation.labelled import Table, Tabular, format_cell, is_number, spreadsheet_text


@dataclass(frozen=True)
class Counted(Tabular):
    count: int

    def table(self):
        return Table("counts", ("what", "number"), (("apples", self.count), ("pears", None)))


def test_numbers_align_right_and_text_left():
    lines = str(Table("t", ("name", "n"), (("long name", 1), ("x", 1000)))).splitlines()
    assert lines == ["t", "name          n", "long name     1", "x          1000"]


def test_a_column_of_numbers_with_gaps_is_still_set_as_numbers():
    assert str(Table("t", ("n", "m"), ((10, 1), (None, 2)))).splitlines()[2:] == ["10  1", "    2"]


def test_no_line_ends_in_spaces():
    assert all(line == line.rstrip() for line in str(Counted(3)).splitlines())


def test_a_table_without_rows_prints_its_head():
    assert str(Table("none", ("a", "b"), ())) == "none\na  b"
    assert list(Table("none", ("a", "b"), ()).to_pandas().columns) == ["a", "b"]


def test_data_frame_keeps_columns_and_values():
    frame = Counted(3).to_pandas()
    assert list(frame.columns) == ["what", "number"]
    assert frame.loc[0, "number"] == 3
    assert len(frame) == 2


def test_a_result_prints_as_its_table():
    assert str(Counted(3)) == str(Counted(3).table())


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (False, "no"),
        (True, "yes"),
        (1 / 3, "0.333333"),
        (1e-12, "1e-12"),
        (123456789, "123456789"),
        ([1.0, "a"], "1, a"),
    ],
)
def test_cells(value, text):
    assert format_cell(value) == text


def test_truth_values_are_no_numbers():
    assert is_number(1.5)
    assert not is_number(True)


NASTY = "\x1b]0;title\x07\x1b[2J\x9b31m\u202e\ud800\r\n"


def test_no_control_character_of_a_label_is_printed():
    table = Table(NASTY, (NASTY, "n"), ((NASTY, 1), ((NASTY, "b"), 2.5)))
    for line in str(table).split("\n"):
        assert line.isprintable()
    assert len(str(table).split("\n")) == 4
    assert "\\x1b[2J" in str(table)
    assert table.printable().rows[1][1] == 2.5


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd", "-2+3", "@sum", "\t=1", "\r=1", "-", "- note", "+1-1", "=5"]
)
def test_what_a_spreadsheet_would_compute_is_marked_as_text(text):
    assert spreadsheet_text(text) == "'" + text


@pytest.mark.parametrize(
    "text", ["-1", "+1.5", "-1.5e-3", ".5", "-.5", "1=1", "a@b", "", "'=1", " =1", "-3."]
)
def test_numbers_and_other_texts_stay_as_they_are(text):
    assert spreadsheet_text(text) == text
