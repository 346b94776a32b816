import ast
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults import run
from tests.faults.faults import FAULTS
from tests.faults.fifth_faults import FIFTH_FAULTS, GONE, MISSED, UNTRIED
from tests.faults.seventh_faults import SEVENTH_FAULTS, SEVENTH_MISSED
from tests.faults.sixth_faults import SIXTH_FAULTS, SIXTH_MISSED

HERE = Path(__file__).parent
PACKAGE = HERE.parents[1] / "negotiation"

PAGE = HERE.parents[1] / "docs" / "explanation" / "reliability.md"

SAMPLE = ("sign of a deviation gain", "off by one in the clock", "a transition row that does not sum to 1")


def test_there_are_enough_and_each_has_a_name_of_its_own():
    assert len(FAULTS) >= 40
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_changes_one_place_that_is_there(fault):
    assert fault.old
    assert fault.old != fault.new
    assert (PACKAGE / fault.file).read_text().count(fault.old) == 1
    assert all((HERE.parent / suite).exists() for suite in fault.suites)


def test_a_fault_leaves_a_module_that_can_be_read_and_says_something_else():
    texts = {file: (PACKAGE / file).read_text(encoding="utf-8") for file in {fault.file for fault in FAULTS}}
    known = {file: ast.dump(ast.parse(text)) for file, text in texts.items()}
    for fault in FAULTS:
        changed = ast.parse(texts[fault.file].replace(fault.old, fault.new))
        # Not in a comment, and no other spelling of the same.
        assert ast.dump(changed) != known[fault.file], fault.name


def test_a_fault_is_there_while_the_suites_run_and_gone_afterwards(monkeypatch, tmp_path):
    for file in {fault.file for fault in FAULTS}:
        (tmp_path / "negotiation" / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(PACKAGE / file, tmp_path / "negotiation" / file)
    seen = []

    def suites(folder, names):
        seen.append((folder / "negotiation" / fault.file).read_text(encoding="utf-8"))
        return subprocess.CompletedProcess([], len(seen) % 2, "FAILED tests/a.py::test_b - no\n", "")

    monkeypatch.setattr(run, "run_suites", suites)
    for fault in FAULTS:
        killed, by, _ = run.try_fault(tmp_path, fault)
        text = (PACKAGE / fault.file).read_text(encoding="utf-8")
        assert seen[-1] == text.replace(fault.old, fault.new) != text
        assert (tmp_path / "negotiation" / fault.file).read_text(encoding="utf-8") == text
        assert (killed, by) == (len(seen) % 2 == 1, "test_b")
    assert len(seen) == len(FAULTS)


@pytest.mark.parametrize(("code", "said"), [(-9, ""), (4, "ERROR: no such file"), (1, ""), (5, "")])
def test_suites_that_ended_in_another_way_have_found_nothing(monkeypatch, tmp_path, code, said):
    (tmp_path / "negotiation" / FAULTS[0].file).parent.mkdir(parents=True)
    shutil.copy2(PACKAGE / FAULTS[0].file, tmp_path / "negotiation" / FAULTS[0].file)
    ended = subprocess.CompletedProcess([], code, said, "")
    monkeypatch.setattr(run, "run_suites", lambda *_: ended)
    with pytest.raises(SystemExit, match=f"ended with {code}"):
        run.try_fault(tmp_path, FAULTS[0])
    text = (PACKAGE / FAULTS[0].file).read_text(encoding="utf-8")
    assert (tmp_path / "negotiation" / FAULTS[0].file).read_text(encoding="utf-8") == text


def test_the_page_counts_the_sixth_round_as_it_went():
    names = {fault.name for fault in SIXTH_FAULTS}
    assert len(names) == 40
    assert {*SIXTH_MISSED} <= names
    found = 40 - len(SIXTH_MISSED)
    row = f"| 40 | {found} | {found / 40:.0%} |".replace("%", " %")
    (line,) = (
        line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| the sixth")
    )
    assert line.endswith(row)


def test_the_page_counts_the_seventh_round_as_it_went():
    names = {fault.name for fault in SEVENTH_FAULTS}
    assert len(names) == 40
    assert {*SEVENTH_MISSED} <= names
    found = 40 - len(SEVENTH_MISSED)
    lines = [one for one in PAGE.read_text(encoding="utf-8").splitlines() if one.startswith("| the seventh")]
    assert len(lines) == 1
    assert lines[0].endswith(f"| 40 | {found} | {found / 40:.0%} |".replace("%", " %"))


def test_the_page_counts_the_fifth_round_as_it_went():
    names = {*(fault.name for fault in FIFTH_FAULTS), *GONE}
    assert len(names) == len(FIFTH_FAULTS) + len(GONE) == 40
    assert {*MISSED, *UNTRIED} <= names
    assert len({*MISSED, *UNTRIED}) == len(MISSED) + len(UNTRIED)
    tried = len(names) - len(UNTRIED)
    row = f"| {tried} | {tried - len(MISSED)} | {1 - len(MISSED) / tried:.0%} |".replace("%", " %")
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| the fifth")]
    assert len(lines) == 1
    assert lines[0].endswith(row)


def test_each_share_of_the_page_is_what_was_found_of_what_was_tried():
    rows = re.findall(
        r"(?m)^\| the \w+, .* \| (\d+) \| (\d+) \| (\d+) % \|$", PAGE.read_text(encoding="utf-8")
    )
    assert len(rows) == 7
    for tried, found, share in (map(int, row) for row in rows):
        assert share == round(100 * found / tried)


@pytest.mark.slow
def test_a_sample_of_faults_is_found_and_no_fault_is_not():
    done = subprocess.run(
        [sys.executable, str(HERE / "run.py"), *SAMPLE], capture_output=True, text=True, check=False
    )
    assert "3 of 3 found" in done.stdout, done.stdout + done.stderr


def test_the_nearest_suites_alone_can_be_asked_for():
    faults = [replace(FAULTS[0], suites=("a", "b", "c")), FAULTS[1]]
    found, words = run.nearest(faults, ["--nearest", "2", "0", "1"])
    assert found == [replace(FAULTS[0], suites=("a", "b")), FAULTS[1]]
    assert run.chosen(found, words) == found[:1]
    assert run.nearest(faults, ["clock"]) == (faults, ["clock"])
