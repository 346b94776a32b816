"""What somebody else has written into a store is refused when it is opened, and nothing is written to it."""

import json

import duckdb
import measures
import pytest

from negotiation.base.reading.hashes import digest
from negotiation.errors import DamagedStore
from negotiation.lab import run, stored


def refused(path, words):
    before = path.read_bytes()
    for attempt in (lambda: stored("numbers", path), lambda: run(measures.numbers(9, seed=3), store=path)):
        with pytest.raises(DamagedStore, match=words) as caught:
            attempt()
        assert str(caught.value).endswith("move it away to start again, or use another store")
    assert path.read_bytes() == before
    assert not path.with_name("numbers.duckdb.wal").exists()


def says(path, **changes):
    """Return the provenance of the run, with other entries."""
    with duckdb.connect(str(path), read_only=True) as connection:
        (text,) = connection.execute("SELECT provenance FROM runs").fetchone()
    return json.dumps(json.loads(text) | changes)


SAYS = {"axes": (5, ["\ud800"], [["x"]]), "replications": (float("nan"), 0, True)}


@pytest.mark.long
@pytest.mark.parametrize(("name", "value"), [(name, value) for name in SAYS for value in SAYS[name]])
def test_a_provenance_says_its_axes_and_replications_as_a_run_does(path, name, value):
    measures.edited(path, "UPDATE runs SET provenance = ?", says(path, **{name: value}))
    refused(path, "this store cannot be used: its provenance .* a run writes")


@pytest.mark.long
@pytest.mark.parametrize(
    "change", ['"question": "a\\ud800"', '"deep": {"a": 1, "a": 2}', f'"deep": {"[" * 100_000}']
)
def test_a_provenance_is_an_object_that_a_file_can_hold(path, change):
    measures.edited(path, "UPDATE runs SET provenance = ?", f"{says(path)[:-1]}, {change}}}")
    refused(path, "its provenance .* is not what a run writes")


@pytest.mark.long
@pytest.mark.parametrize("number", [10**9 + 1, 0])
def test_a_run_has_a_number_after_which_there_is_a_next_one(path, number):
    measures.edited(path, "UPDATE runs SET run = ?", number)
    refused(path, f"its run {number} is not numbered as a run is")


@pytest.mark.long
@pytest.mark.parametrize("text", ["[]", "{", '{"seed": 1, "seed": 2}'])
def test_a_context_is_looked_at_when_the_store_is_opened(path, text):
    measures.edited(path, "UPDATE contexts SET hashes = ?", text)
    refused(path, r"its context .* is not what a run writes")


def test_a_file_that_was_read_has_a_name_that_a_file_can_have(path):
    measures.edited(path, "INSERT INTO reads SELECT context, 'a' || chr(0) || 'b', 'x' FROM contexts")
    refused(path, r"it names a file 'a\\x00b', which")


@pytest.mark.long
@pytest.mark.parametrize(
    "text", ['{"\\ud800":1}', '{"square":"\\uDC00"}', '{"square":0,"square":99}', '{"a":1,"b":2,"\\u0061":3}']
)
def test_measures_have_names_that_a_table_can_have_and_each_once(path, text):
    measures.edited(path, "UPDATE cells SET measures = ? WHERE place = 2", text)
    before = path.read_bytes()
    for attempt in (lambda: stored("numbers", path), lambda: run(measures.numbers(4), store=path)):
        with pytest.raises(DamagedStore, match=r"its measures .* is not what a run writes"):
            attempt()
    assert path.read_bytes() == before


def test_a_cell_has_each_value_once(path):
    text = '{"x":2,"x":7}'
    measures.edited(
        path, "UPDATE cells SET cell = ?, cell_id = ? WHERE place = 2", text, digest(f"[{text},0]")
    )
    with pytest.raises(DamagedStore, match=r"its cell .* is not what a run writes"):
        stored("numbers", path)


@pytest.mark.long
@pytest.mark.parametrize(
    "change",
    ["measures = '{\"square\":5}'", "seconds = 9.0", "status = 'failed', measures = NULL, error = 'x'"],
)
def test_a_row_that_was_altered_by_hand_is_not_shown_and_not_used(path, change):
    measures.edited(path, f"UPDATE cells SET {change} WHERE place = 2")  # noqa: S608 - the cases above
    for attempt in (lambda: stored("numbers", path), lambda: run(measures.numbers(4), store=path)):
        with pytest.raises(DamagedStore, match=r"the row .* has been altered since a run wrote it"):
            attempt()
