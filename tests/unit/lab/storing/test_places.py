"""Links, pipes and folders where files of results are expected: refused or replaced, never followed."""

import os
from pathlib import Path

import measures
import pytest

from negotiation.base.reading.writing import expect_a_file
from negotiation.errors import CannotWrite, InvalidFile
from negotiation.lab import run, stored
from negotiation.lab.storing.opening import make_store

WORDS = b"what nobody may overwrite\n"


@pytest.fixture
def precious(tmp_path):
    """Give a file outside the folder of results, which nothing may change."""
    file = tmp_path / "precious.txt"
    file.write_bytes(WORDS)
    yield file
    assert file.read_bytes() == WORDS


@pytest.fixture
def folder(tmp_path):
    """Give the folder of a store of four cells."""
    run(measures.numbers(4), store=tmp_path / "numbers")
    return tmp_path / "numbers"


def refused(path, kind, action):
    with pytest.raises(InvalidFile) as caught:
        action()
    assert str(caught.value).startswith(f"{path}: this is {kind}, but ")
    assert str(caught.value).endswith(" must be a regular file; move it away")


@pytest.mark.long
@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize("name", ["numbers.duckdb.lock", "numbers.duckdb.wal"])
def test_a_link_in_the_place_of_a_lock_or_a_log_is_refused(folder, precious, name, there):
    link = folder / name
    link.unlink(missing_ok=True)
    target = precious if there else precious.with_name("new.txt")
    link.symlink_to(target)
    content = (folder / "numbers.duckdb").read_bytes()
    refused(link, "a symbolic link", lambda: run(measures.numbers(9), store=folder))
    refused(link, "a symbolic link", lambda: stored("numbers", folder))
    assert (folder / "numbers.duckdb").read_bytes() == content
    assert target.exists() == there
    if name.endswith("wal"):
        (folder / "numbers.duckdb").unlink()
        refused(link, "a symbolic link", lambda: make_store(folder / "numbers.duckdb", "numbers"))
        assert not (folder / "numbers.duckdb").exists()


def test_a_link_that_appears_after_the_look_is_not_followed_either(folder, precious, monkeypatch):
    from negotiation.lab.storing import lock

    link = folder / "numbers.duckdb.lock"
    link.unlink()
    link.symlink_to(precious)
    monkeypatch.setattr(lock, "expect_a_file", lambda *_, **__: None)
    with pytest.raises(CannotWrite, match="cannot be written"):
        run(measures.numbers(4), store=folder)


KINDS = {"a pipe": os.mkfifo, "a folder": Path.mkdir}


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["duckdb", "parquet", "duckdb.lock", "duckdb.wal"])
def test_pipes_and_folders_in_the_places_of_files_are_named_errors(folder, name, kind):
    path = folder / f"numbers.{name}"
    path.unlink(missing_ok=True)
    KINDS[kind](path)
    refused(path, kind, lambda: stored("numbers", folder))
    refused(path, kind, lambda: run(measures.numbers(4), store=folder))


def test_a_snapshot_without_end_is_not_read(folder):
    snapshot = folder / "numbers.parquet"
    snapshot.unlink()
    snapshot.symlink_to("/dev/zero")
    refused(snapshot, "a device", lambda: stored("numbers", folder))


def test_a_link_to_a_store_or_a_snapshot_elsewhere_is_read(folder, tmp_path):
    (tmp_path / "other").mkdir()
    for name in ("numbers.duckdb", "numbers.parquet"):
        (tmp_path / "other" / name).symlink_to(folder / name)
    found = stored("numbers", tmp_path / "other")
    assert (len(found.frame), found.read_from) == (4, "numbers.duckdb")
    expect_a_file(tmp_path / "other" / "numbers.duckdb", "a store")
