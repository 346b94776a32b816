"""Files are written whole or not at all, under names that nobody can know before."""

import errno
import os
import stat
import time

import pytest

from negotiation.base.reading.writing import LEFT, whole
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


def test_what_a_killed_process_left_is_removed_after_a_day_and_not_while_another_may_write_it(tmp_path):
    for age in (0.0, 2 * LEFT):
        left = tmp_path / f".t.csv.{age}.part"
        left.touch()
        os.utime(left, (time.time() - age,) * 2)
    with whole(tmp_path / "t.csv"):
        pass
    assert sorted(path.name for path in tmp_path.iterdir()) == [".t.csv.0.0.part", "t.csv"]
