from dataclasses import dataclass

import pytest

from negotiation.labelled import Table, Tabular, format_cell, is_number


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
