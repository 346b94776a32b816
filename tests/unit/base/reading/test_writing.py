"""Files are written whole or not at all, under names that nobody can know before."""

import errno
import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from negotiation.base.labelled.parquet import write_columns
from negotiation.base.reading.writing import LEFT, locked, whole
from negotiation.errors import CannotWrite


def test_a_file_takes_its_place_when_it_is_whole_and_has_the_rights_of_any_file(tmp_path):
    target, names = tmp_path / "deep" / "t.csv", set()
    for content in ("one", "two"):
        with whole(target) as part:
            names.add(part.name)
            assert part.read_bytes() == b""
            part.write_text(content)
            assert not target.exists() or target.read_text() == "one"
        assert target.read_text() == content
        assert [path.name for path in target.parent.iterdir()] == ["t.csv"]
    assert len(names) == 2
    other = tmp_path / "other"
    other.touch()
    assert stat.S_IMODE(target.stat().st_mode) == stat.S_IMODE(other.stat().st_mode)


def test_a_link_in_the_place_of_a_file_is_replaced_and_not_followed(tmp_path):
    precious, target = tmp_path / "precious", tmp_path / "t.csv"
    precious.write_text("kept")
    target.symlink_to(precious)
    with whole(target) as part:
        part.write_text("new")
    assert (precious.read_text(), target.read_text(), target.is_symlink()) == ("kept", "new", False)


def fail(target, error):
    with whole(target) as part:
        part.write_text("half of it")
        raise error


def test_what_cannot_be_written_leaves_what_was_there_and_nothing_beside_it(tmp_path):
    target = tmp_path / "t.csv"
    target.write_text("before")
    full = OSError(errno.ENOSPC, "No space left")
    for error, kind, said in (
        (full, CannotWrite, f"{target}: cannot be written (No space left); free the place or choose another"),
        (OSError("odd"), CannotWrite, "cannot be written (odd); "),
        (CannotWrite("the store is full"), CannotWrite, "the store is full"),
        (KeyboardInterrupt("stop"), KeyboardInterrupt, "stop"),
    ):  # fmt: skip
        with pytest.raises(kind) as caught:
            fail(target, error)
        assert said in str(caught.value)
        assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"t.csv": "before"}
    (tmp_path / "folder").mkdir()
    for bad in (tmp_path / "folder", target / "v.csv"):
        with pytest.raises(CannotWrite, match="cannot be written"), whole(bad):
            pass


def test_what_a_killed_process_left_is_removed_and_not_what_another_one_writes(tmp_path):
    ages = {"new": 0.0, "held": 2 * LEFT, "left": 2 * LEFT}
    for name, age in ages.items():
        part = tmp_path / f".t.csv.{name}.part"
        part.touch()
        os.utime(part, (time.time() - age,) * 2)
    with (tmp_path / ".t.csv.held.part").open("rb") as file:
        assert locked(file)
        with whole(tmp_path / "t.csv"):
            pass
    there = sorted(path.name for path in tmp_path.iterdir())
    assert there == [".t.csv.held.part", ".t.csv.new.part", "t.csv"]
    script = f"""
import os
from pathlib import Path
from negotiation.base.labelled.parquet import write_columns
from negotiation.base.reading.writing import whole
with whole(Path({str(tmp_path / "u.csv")!r})) as part:
    os.kill(os.getpid(), 9)
"""
    subprocess.run([sys.executable, "-c", script], check=False)
    (left,) = tmp_path.glob(".u.csv.*.part")
    os.utime(left, (time.time() - 2 * LEFT,) * 2)
    with whole(tmp_path / "u.csv"):
        pass
    assert not left.exists()


def test_a_full_disk_is_an_error_of_writing_whatever_writes(tmp_path):
    with pytest.raises(OSError, match="/dev/full"):
        write_columns({"x": ("BIGINT", [1])}, Path("/dev/full"), {})
