"""The table of a sweep and its files: types of columns at their edges, whole files or none."""

import json
import os
from hashlib import sha256
from pathlib import Path

import pandas as pd
import pytest

from negotiation.base.reading.hashes import file_hash
from negotiation.errors import DamagedStore
from negotiation.lab.cell import Row
from negotiation.lab.frames import Frame, frame_of, read_parquet, write_csv, write_parquet
from tests.command import python

INT64 = 2**63


def row(cell, measures, replication=0, status="ok", error=None):
    found = None if measures is None else json.dumps(measures)
    return Row("id", status, json.dumps(cell), replication, found, error, 0.5)


def column(*values):
    """Return the type and the values of a column that holds these."""
    found = frame_of([row({"x": k}, {"a": v}) for k, v in enumerate(values)], ["x"], 1, {})
    return found.kind("a"), found["a"]


def test_each_column_has_the_first_type_that_holds_all_of_it():
    assert column(True, None, False) == ("BOOLEAN", [True, None, False])
    assert column(True, 2, None) == ("BIGINT", [1, 2, None])
    assert column(INT64 - 1, -INT64) == ("BIGINT", [INT64 - 1, -INT64])
    assert column(INT64, 1) == ("DOUBLE", [float(INT64), 1.0])
    assert column(-INT64 - 1, None) == ("DOUBLE", [-float(INT64), None])
    assert column(1, 0.5, True) == ("DOUBLE", [1.0, 0.5, 1.0])
    assert column(None, None) == ("DOUBLE", [None, None])
    assert column(10**400, 0.5, None) == ("VARCHAR", ["1" + "0" * 400, "0.5", None])
    assert column("é", True, 0.5, None, 3) == ("VARCHAR", ["é", "true", "0.5", None, "3"])
    assert column("a", None) == ("VARCHAR", ["a", None])


def test_what_is_text_is_text_also_where_there_is_none():
    assert frame_of([row({"x": 1}, {"a": 1})], ["x"], 1, {}).kind("error") == "VARCHAR"


def test_a_measure_of_a_name_that_is_taken_is_told_apart_however_often():
    names = ("x", "measured x", "status", "error", "replication", "b")
    table = frame_of([row({"x": 0}, dict(zip(names, range(6), strict=True)))], ["x"], 1, {})
    assert table.rows() == [
        {"x": 0, "measured x": 0, "measured measured x": 1, "measured status": 2, "measured error": 3,
         "measured replication": 4, "b": 5, "status": "ok", "error": None}
    ]  # fmt: skip


TABLE = Frame(
    {
        "x": ("DOUBLE", [1.5, None]),
        "X": ("BIGINT", [1, None]),
        "": ("BOOLEAN", [None, True]),
        "t": ("VARCHAR", ["=a", None]),
        'a "b"': ("VARCHAR", ["é", "b"]),
    },
    {"b": "é\\x41 '", "a": [1]},
)


def test_a_table_is_written_whole_and_read_back_as_it_was(tmp_path):
    path, told = tmp_path / "deep" / "er?[1]" / "it's.parquet", []
    write_parquet(TABLE, path, lambda part: told.append((file_hash(part), path.exists())))
    # Told while it lies beside its place, when it is whole.
    assert told == [(sha256(path.read_bytes()).hexdigest(), False)]
    assert [file.name for file in path.parent.iterdir()] == ["it's.parquet"]
    for found in (read_parquet(path), read_parquet(path, path.read_bytes())):
        assert (found, found.names, found.origin) == (TABLE, TABLE.names, TABLE.origin)
    # What was read is shown, not what lies there now.
    before = path.read_bytes()
    write_parquet(Frame({name: (kind, []) for name, (kind, _) in TABLE.columns.items()}, {}), path)
    assert (len(read_parquet(path, before)), len(read_parquet(path))) == (2, 0)
    assert [read_parquet(path).kind(name) for name in TABLE.names] == [
        kind for kind, _ in TABLE.columns.values()
    ]


def test_a_data_frame_and_a_table_of_arrow_have_the_types_that_their_columns_need():
    whole = {"b": ("BOOLEAN", [True]), "i": ("BIGINT", [2]), "f": ("DOUBLE", [0.5]), "t": ("VARCHAR", ["a"])}
    some = {name: (kind, [*values, None]) for name, (kind, values) in whole.items()}
    none = {name: (kind, []) for name, (kind, _) in whole.items()}
    for columns, kinds in ((whole, "bool int64 float64 str"), (some, "object float64 float64 str"),
                           (none, "bool int64 float64 str")):  # fmt: skip
        frame = Frame(columns, {"é": 1})
        assert " ".join(map(str, frame.to_pandas().dtypes)) == kinds
        pd.testing.assert_frame_equal(frame.to_arrow().to_pandas(), frame.to_pandas())
        assert frame.to_arrow().schema.metadata == {b"negotiation": '{"é":1}'.encode()}
    assert list(Frame(whole, {}).to_pandas(["t", "b"]).columns) == ["t", "b"]


def test_a_csv_says_floats_in_their_shortest_digits_and_no_formula(tmp_path):
    columns = {
        "=x": ("DOUBLE", [-1.5, 2.0, None, 0.1 + 0.2, float("inf")]),
        "text": ("VARCHAR", ["=1+1", None, "", 'say "a",\nb', "é"]),
        "+y": ("VARCHAR", ["-3", "@a", "b", "c", "d"]),
        "holds": ("BOOLEAN", [True, False, None, True, True]),
        "n": ("BIGINT", [2**63 - 1, -1, None, 0, 1]),
    }
    write_csv(Frame(columns, TABLE.origin), tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_text(encoding="utf-8") == (
        '"\'=x","text","\'+y","holds","n"\n'
        '-1.5,"\'=1+1","-3",true,9223372036854775807\n'
        '2,,"\'@a",false,-1\n'
        ',"","b",,\n'
        '0.30000000000000004,"say ""a"",\nb","c",true,0\n'
        'inf,"é","d",true,1\n'
    )
    text = (tmp_path / "t.json").read_text(encoding="utf-8")
    assert json.loads(text) == TABLE.origin
    assert "é" in text


@pytest.mark.parametrize("content", [b"PAR1 no table PAR1", None])
def test_a_file_that_is_no_table_is_named(tmp_path, content):
    path = tmp_path / "t.parquet"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DamagedStore, match=r"t\.parquet: this table cannot be read \(.*left as it is"):
        read_parquet(path)


WITHOUT = """
import sys
sys.modules["pyarrow"] = None
import measures, pandas as pd
from negotiation.errors import MissingPackage
from negotiation.lab import run, stored
from negotiation.base.labelled.parquet import read_frame
found = run(measures.numbers(3), store=sys.argv[1])
parquet, csv, _ = found.export(sys.argv[1])
assert stored("numbers", sys.argv[1]).frame == found.frame
pd.testing.assert_frame_equal(read_frame(parquet)[["x", "random"]], pd.read_csv(csv)[["x", "random"]])
try:
    found.arrow
except MissingPackage as error:
    print(error)
"""


@pytest.mark.long
def test_nothing_but_a_table_of_arrow_needs_pyarrow(tmp_path):
    import measures

    path = os.pathsep.join([str(Path(measures.__file__).parent), os.environ.get("PYTHONPATH", "")])
    done = python("-c", WITHOUT, tmp_path, env={**os.environ, "PYTHONPATH": path})
    assert "pip install '.[arrow]'" in done.stdout, done.stderr
