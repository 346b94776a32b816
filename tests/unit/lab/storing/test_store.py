"""A store by itself: what a run enters in its tables, and what it says of them."""

import json

import pytest

from negotiation.base.reading.hashes import digest
from negotiation.errors import CannotWrite, DamagedStore, InvalidFile
from negotiation.lab.cell import Cell, Row
from negotiation.lab.fingerprint import Context
from negotiation.lab.storing.rows_check import check_rows
from negotiation.lab.storing.store import Stale, Store, StorePart
from negotiation.lab.storing.stored import stored

ONE = Context("code", "experiment", "calibration", "versions", "inputs", 0)
OTHER = Context("code", "experiment", "calibration", "versions", "inputs", 1)
THIRD = Context("other", "other", "calibration", "other", "inputs", 1)


def row(x, status="ok", replication=0, **changes):
    good = status == "ok"
    made = Row(Cell({"x": x}, replication).id, status, f'{{"x":{x}}}', replication,
               f'{{"y":{x}}}' if good else None, None if good else f"not {x}", 0.25)  # fmt: skip
    return made._replace(**changes)


@pytest.fixture
def store(tmp_path):
    """Give an empty store."""
    made = Store(tmp_path / "deep" / "s.duckdb", "s")
    yield made
    made.close()


def began(store, context, name=None, started="noon"):
    return store.begin(context, name or context.id, {"started": started, "é": 1})


def commit(store, run, rows, *, context=ONE, name=None, batch=0, reads=None, again=False, places=None):
    part = StorePart(rows, places or [int(json.loads(r.cell)["x"]) for r in rows], reads or {}, again)
    store.commit(run, batch, name or context.id, part)


def ask(store, query, *values):
    return store.connection.execute(query, values).fetchall()


def test_a_failure_that_is_tried_again_is_replaced_and_nothing_else(store):
    began(store, ONE)
    began(store, OTHER)
    commit(store, 1, [row(1, "failed"), row(2, "failed"), row(3)])
    commit(store, 2, [row(1, "failed")], context=OTHER)
    commit(store, 1, [row(1)], again=True)
    assert sorted((r.cell, r.status) for r in store.rows(ONE.id)) == [
        ('{"x":1}', "ok"), ('{"x":2}', "failed"), ('{"x":3}', "ok"),
    ]  # fmt: skip
    assert [r.status for r in store.rows(OTHER.id)] == ["failed"]
    # What went well is never written over: all of the batch is refused.
    for again in (True, False):
        with pytest.raises(CannotWrite, match=r"s\.duckdb: the store could not be written.*are kept"):
            commit(store, 1, [row(9), row(3, "failed")], again=again)
    assert len(store.rows(ONE.id)) == 3
    with pytest.raises(CannotWrite):
        commit(store, 1, [row(2)])
    commit(store, 1, [row(9)])
    assert len(store.rows(ONE.id)) == 4


def test_rows_get_the_places_of_the_space_that_is_run_now(store):
    began(store, ONE)
    began(store, OTHER)
    commit(store, 1, [row(0), row(1), row(2)])
    commit(store, 2, [row(0)], context=OTHER)
    store.arrange(ONE.id, {row(2).cell_id: 0, row(1).cell_id: 1})
    places = ask(store, "SELECT cell, place FROM cells WHERE context = ? ORDER BY place", ONE.id)
    assert places == [('{"x":0}', -1), ('{"x":2}', 0), ('{"x":1}', 1)]
    assert ask(store, "SELECT place FROM cells WHERE context = ?", OTHER.id) == [(0,)]
    for _ in range(2):  # nothing moves the second time
        store.arrange(ONE.id, {row(0).cell_id: 4})
        assert sorted(p for (p,) in ask(store, "SELECT place FROM cells WHERE run = 1")) == [-1, -1, 4]
    store.arrange(ONE.id, {})
    assert sorted(p for (p,) in ask(store, "SELECT place FROM cells WHERE run = 1")) == [-1, -1, -1]


def test_a_context_is_known_by_the_files_that_its_rows_read(store):
    held = {"a": "1", "b": "2"}

    def identity(context=ONE):
        return store.identity(context, lambda path: held.get(path, "gone"))

    assert identity() == ONE.id
    began(store, ONE)
    assert identity() == ONE.id
    commit(store, 1, [row(1)], reads={"a": "1", "b": "2"})
    assert identity() == ONE.id
    held["b"] = "3"
    second = identity()
    assert second == digest(f"{ONE.id} 1") != ONE.id
    assert identity(OTHER) == OTHER.id
    began(store, ONE, second)
    commit(store, 2, [row(1), row(2)], name=second, reads={"a": "1", "b": "3"})
    assert identity() == second
    held["b"] = "2"
    assert identity() == ONE.id
    held["a"] = "9"
    assert identity() == digest(f"{ONE.id} 2")
    # Of several whose files are as they were, the one with most cells.
    held.update(a="1", b="2")
    third = digest(f"{ONE.id} 2")
    began(store, ONE, third)
    commit(store, 3, [row(k) for k in range(3)], name=third, reads={"a": "1"})
    assert identity() == third
    commit(store, 1, [row(k) for k in range(2, 6)])
    assert identity() == ONE.id


def test_what_is_stale_is_counted_and_told_against_the_latest_other_context(store):
    held = {"a": "1"}

    def stale(context):
        return store.stale(context, context.id, lambda path: held.get(path, "gone"))

    began(store, ONE)
    assert stale(OTHER) is None
    commit(store, 1, [row(1), row(2)], reads={"a": "1", "b": "1"})
    assert stale(ONE) is None
    assert stale(OTHER) == Stale(2, ("seed", "b"))
    held["b"] = "1"
    assert stale(OTHER) == Stale(2, ("seed",))
    assert stale(THIRD) == Stale(2, ("code", "experiment", "versions", "seed"))
    began(store, OTHER)
    commit(store, 2, [row(1)], context=OTHER)
    assert stale(THIRD) == Stale(3, ("code", "experiment", "versions"))
    assert stale(ONE) == Stale(1, ("seed",))
    # The same in all that is named, and yet another one: as where a file was read that is gone.
    assert store.stale(ONE, "another", lambda path: held[path]) == Stale(3, ("seed",))
    told = Stale(1234, ("code", "experiment", "versions", "a.toml"))
    assert str(told) == (
        "1,234 rows of an earlier code and code of the measure and version of Python or its libraries and "
        "a.toml are kept and marked stale"
    )
    store.connection.execute("DELETE FROM contexts")
    assert stale(ONE) == Stale(1, ("context",))
    store.connection.execute("DELETE FROM cells WHERE context <> ?", [ONE.id])
    assert stale(ONE) is None


def test_a_folder_is_no_store_and_another_experiments_is_refused(tmp_path):
    with pytest.raises(InvalidFile, match="this is a folder"):
        Store(tmp_path, "s")
    Store(tmp_path / "s.duckdb", "s").close()
    with pytest.raises(DamagedStore, match="of the experiment 's', not 't'"):
        Store(tmp_path / "s.duckdb", "t")
    Store(tmp_path / "s.duckdb", "s").close()


def test_rows_that_no_run_has_written_are_refused_with_their_reason(tmp_path):
    good = [row(1), row(2, "failed"), row(1, replication=1)]
    check_rows(tmp_path, good)
    check_rows(tmp_path, [])
    bad = {
        "cannot have the status 'fine'": row(3)._replace(status="fine"),
        "cannot have the status 'ok'": row(3)._replace(measures=None),
        "cannot have the status 'failed'": row(3)._replace(status="failed"),
        "does not have the hash of its cell '{\"x\":4}'": row(3)._replace(cell='{"x":4}'),
        "does not have the hash of its cell '{\"x\":3}'": row(3)._replace(replication=1),
        "a cell is in it twice": row(1),
        "its measures '[1]' is not what a run writes": row(3)._replace(measures="[1]"),
        "its measures '{' is not": row(3)._replace(measures="{"),
        "its measures '{}, {}' is not": row(3)._replace(measures="{}, {}"),
        "its measures '{\"a\": {}}' is not": row(3)._replace(measures='{"a": {}}'),
        "its measures '{\"a\":1,\"b\":[2]}' is not": row(3)._replace(measures='{"a":1,"b":[2]}'),
    }  # fmt: skip
    for words, one in bad.items():
        for rows in ([*good, one], [one, *good]):
            with pytest.raises(DamagedStore) as caught:
                check_rows(tmp_path / "s.duckdb", rows)
            said = str(caught.value)
            assert words in said
            assert said.startswith(f"{tmp_path / 's.duckdb'}: this store cannot be used: ")
            if "row" in words or "cell '" in words or "status" in words:
                assert one.cell_id in said
    for text in ("[1]", '{"x":[1]}', "3"):  # named by its hash, and yet no cell
        one = Row(digest(f"[{text},0]"), "ok", text, 0, "{}", None, 0.0)
        with pytest.raises(DamagedStore, match="its cell"):
            check_rows(tmp_path, [*good, one])
    # Two texts that are no JSON each and look like three together.
    halves = [row(3)._replace(measures='{"a":1'), row(4)._replace(measures='"b":2}')]
    with pytest.raises(DamagedStore, match="its measures"):
        check_rows(tmp_path, halves)


def test_names_that_the_space_no_longer_has_stand_after_its_own_in_alphabetical_order(store):
    values = {"x": 1, **{name: k for k, name in enumerate("gbfceda")}}
    text = json.dumps(values, sort_keys=True, separators=(",", ":"))
    began(store, ONE)
    commit(store, 1, [row(1, cell=text, cell_id=Cell(values).id)])
    store.end(1, "ended", {"axes": ["x", "c"], "replications": 1})
    store.close()
    found = stored("s", store.path).frame
    assert found.names == ("x", "c", *"abdefg", "y", "status", "error")
    assert [found[name] for name in "xcab"] == [[1], [3], [6], [1]]
