"""Rows of a record that cannot be: how often an id came is told, however often that is."""

import shutil

import pytest

from negotiation.truces.record.faults import folder_faults
from tests.us_china import FOLDER

MOVES, POSTURE = "record/moves.csv", "record/initial_posture.toml"


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(FOLDER, tmp_path / "us-china-2025")


@pytest.mark.parametrize("times", [2, 3])
def test_an_id_that_came_more_than_once_is_told_with_how_often(folder, times):
    path = folder / MOVES
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    row = next(line for line in lines if line.startswith("E041,"))
    path.write_text("".join([*lines, *[row] * (times - 1)]), encoding="utf-8")
    assert folder_faults(folder) == [f"{MOVES}: id: 'E041' came {times} times"]


@pytest.mark.parametrize("times", [2, 3])
def test_an_entry_that_came_more_than_once_is_told_with_how_often(folder, times):
    path = folder / POSTURE
    before, _, entries = path.read_text(encoding="utf-8").partition("[[entries]]")
    first = "[[entries]]" + entries.partition("[[entries]]")[0]
    assert 'instrument = "' in first
    path.write_text(before + first * (times - 1) + "[[entries]]" + entries, encoding="utf-8")
    told = folder_faults(folder)
    assert len(told) == 1
    assert told[0].startswith(f"{POSTURE}: entries: ")
    assert told[0].endswith(f" came {times} times")
