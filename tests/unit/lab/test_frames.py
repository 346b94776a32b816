"""The table of a sweep and its files: types of columns at their edges, whole files or none."""

import json
from hashlib import sha256

import pyarrow as pa
import pytest

from negotiation.errors import CannotWrite, DamagedStore
from negotiation.lab import frames
from negotiation.lab.frames import (
    arrow_table,
    column_of,
    file_hash,
    provenance_of,
    read_parquet,
    write_csv,
    write_parquet,
)
from negotiation.lab.rows import RESERVED, Row, last_line

INT64 = 2**63


def row(cell, measures, replication=0, status="ok", error=None):
    found = None if measures is None else json.dumps(measures)
    return Row("id", status, json.dumps(cell), replication, found, error, 0.5)


def column(*values):
    """Return the type and the values of a column that holds these."""
    found = arrow_table([row({"x": k}, {"a": v}) for k, v in enumerate(values)], ["x"], 1, {})["a"]
    return str(found.type), found.to_pylist()


def test_each_column_has_the_first_type_that_holds_all_of_it():
    assert column(True, None, False) == ("bool", [True, None, False])
    assert column(True, 2, None) == ("int64", [1, 2, None])
    assert column(INT64 - 1, -INT64) == ("int64", [INT64 - 1, -INT64])
    assert column(INT64, 1) == ("double", [float(INT64), 1.0])
    assert column(-INT64 - 1, None) == ("double", [-float(INT64), None])
    assert column(1, 0.5, True) == ("double", [1.0, 0.5, 1.0])
    assert column(None, None) == ("double", [None, None])
    assert column(10**400, 0.5, None) == ("string", ["1" + "0" * 400, "0.5", None])
    assert column("é", True, 0.5, None, 3) == ("string", ["é", "true", "0.5", None, "3"])
    assert column("a", None) == ("string", ["a", None])


def test_half_a_character_in_a_stored_text_is_written_out():
    one = Row("id", "ok", '{"x":1}', 0, '{"a":"\\ud800b"}', None, 0.0)
    assert arrow_table([one], ["x"], 1, {})["a"].to_pylist() == ["\\ud800b"]


def test_columns_stand_in_the_order_of_the_space_and_of_the_measures_as_they_are_met():
    rows = [
        row({"y": 1, "z": 2}, {"c": 1, "a": 2}, 0),
        row({"y": 3, "z": 4}, None, 1, "failed", "one\ntwo"),
        row({"z": 5}, {"a": 6, "b": 7, "c": 8}, 2),
    ]
    table = arrow_table(rows, ["z", "y"], 3, {"é": 1})
    assert table.to_pydict() == {
        "z": [2, 4, 5], "y": [1, 3, None], "replication": [0, 1, 2], "c": [1, None, 8], "a": [2, None, 6],
        "b": [None, None, 7], "status": ["ok", "failed", "ok"], "error": [None, "one\ntwo", None],
    }  # fmt: skip
    assert table.column_names == ["z", "y", "replication", "c", "a", "b", "status", "error"]
    assert table.schema.metadata == {b"negotiation": '{"é":1}'.encode()}
    assert (provenance_of(table), column_of(table, "error")) == ({"é": 1}, [None, "two", None])
    assert column_of(table, "z") == [2, 4, 5]  # of errors alone, the last line
    assert column_of(table, "status") == ["ok", "failed", "ok"]
    assert "replication" not in arrow_table(rows, ["z"], 1, {}).column_names
    assert "replication" in arrow_table(rows, ["z"], 2, {}).column_names
    assert RESERVED == ("replication", "status", "error")


def test_a_measure_of_a_name_that_is_taken_is_told_apart_however_often():
    names = ("x", "measured x", "status", "error", "replication", "b")
    table = arrow_table([row({"x": 0}, dict(zip(names, range(6), strict=True)))], ["x"], 1, {})
    assert table.to_pylist() == [
        {"x": 0, "measured x": 0, "measured measured x": 1, "measured status": 2, "measured error": 3,
         "measured replication": 4, "b": 5, "status": "ok", "error": None}
    ]  # fmt: skip


def test_of_an_error_the_last_line_is_shown():
    assert last_line("\n Traceback\n  x\n ValueError: no \n\n") == " ValueError: no"
    assert [last_line(text) for text in (None, "", "\n ")] == [None] * 3


TABLE = pa.table({"x": [1.5, None], "t": ["=a", "b"]}).replace_schema_metadata(
    {b"negotiation": '{"b": "é", "a": [1]}'.encode()}
)


def test_a_table_is_written_whole_with_its_provenance_beside_it(tmp_path):
    path, told = tmp_path / "deep" / "er" / "t.parquet", []

    def tell(part):
        told.append((part.name, file_hash(part), path.exists()))

    write_parquet(TABLE, path, tell)
    # Told while it lies beside its place, when it is whole.
    assert told == [(".t.parquet.part", sha256(path.read_bytes()).hexdigest(), False)]
    assert sorted(file.name for file in path.parent.iterdir()) == ["t.parquet"]
    assert read_parquet(path).equals(TABLE)
    assert read_parquet(path, path.read_bytes()).schema.metadata == TABLE.schema.metadata
    # What was read is shown, not what lies there now.
    write_parquet(TABLE.slice(0, 1), path)
    before = path.read_bytes()
    write_parquet(TABLE, path)
    assert (read_parquet(path, before).num_rows, read_parquet(path).num_rows) == (1, 2)
    write_csv(TABLE, tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_text() == '"x","t"\n1.5,"\'=a"\n,"b"\n'
    text = (tmp_path / "t.json").read_text(encoding="utf-8")
    assert json.loads(text) == {"b": "é", "a": [1]}
    assert "é" in text
    assert sorted(file.name for file in tmp_path.iterdir()) == ["deep", "t.csv", "t.json"]


@pytest.mark.parametrize(
    ("fails", "said"),
    [
        (OSError(28, "No space left"), "cannot be written (No space left); what was there before is kept"),
        (OSError("odd"), "cannot be written (odd); what was there before is kept"),
        (CannotWrite("the store is full"), "the store is full"),
    ],
)
def test_what_cannot_be_written_leaves_what_was_there_and_nothing_beside_it(tmp_path, fails, said):
    path = tmp_path / "t.parquet"
    path.write_text("before")

    def tell(part):
        raise fails

    with pytest.raises(CannotWrite) as caught:
        write_parquet(TABLE, path, tell)
    assert str(caught.value).endswith(said)
    assert (str(path) in str(caught.value)) == (not isinstance(fails, CannotWrite))
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {"t.parquet": "before"}


@pytest.mark.parametrize("content", [b"", b"PAR1 no table PAR1", None])
def test_a_file_that_is_no_table_is_named(tmp_path, content):
    path = tmp_path / "t.parquet"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DamagedStore, match=r"t\.parquet: cannot be read \(.*left as it is"):
        read_parquet(path)


def test_pages_are_written_with_checksums_and_these_are_checked(tmp_path):
    path = tmp_path / "t.parquet"
    table = pa.table({"x": pa.array([k * 1.0 for k in range(50)])})
    write_parquet(table, path)
    content = bytearray(path.read_bytes())
    place = content.find(b"\x00\x00\x00\x00\x00\x00\xf0\x3f") if b"\xf0\x3f" in content else 40
    content[max(place, 30)] ^= 1
    with pytest.raises(DamagedStore):
        read_parquet(path, bytes(content))
    assert frames.METADATA == b"negotiation"
