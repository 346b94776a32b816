import ast
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults import run
from tests.faults.fault import Fault
from tests.faults.faults import FAULTS
from tests.faults.fifth_faults import FIFTH_FAULTS, GONE, MISSED, UNTRIED
from tests.faults.seventh_faults import SEVENTH_FAULTS, SEVENTH_GONE, SEVENTH_MISSED
from tests.faults.sixth_faults import SIXTH_FAULTS, SIXTH_GONE, SIXTH_MISSED

HERE = Path(__file__).parent
PACKAGE = HERE.parents[1] / "negotiation"

PAGE = HERE.parents[1] / "docs" / "explanation" / "reliability.md"

SAMPLE = ("sign of a deviation gain", "off by one in the clock", "a transition row that does not sum to 1")


def test_there_are_enough_and_each_has_a_name_of_its_own():
    assert len(FAULTS) >= 40
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)


def test_a_fault_changes_one_place_that_is_there():
    gone = [f.name for f in FAULTS if (PACKAGE / f.file).read_text().count(f.old) != 1 or f.old == f.new]
    assert gone == []
    lost = {suite for f in FAULTS for suite in f.suites if not (HERE.parent / suite).exists()}
    assert lost == set()


def test_a_fault_leaves_a_module_that_can_be_read_and_says_something_else():
    texts = {file: (PACKAGE / file).read_text(encoding="utf-8") for file in {fault.file for fault in FAULTS}}
    known = {file: ast.dump(ast.parse(text)) for file, text in texts.items()}
    for fault in FAULTS:
        changed = ast.parse(texts[fault.file].replace(fault.old, fault.new))
        # Not in a comment, and no other spelling of the same.
        assert ast.dump(changed) != known[fault.file], fault.name


@pytest.fixture
def small(tmp_path):
    """Return a fault in a small package with one test, and the package's folder."""
    (tmp_path / "negotiation" / "testing").mkdir(parents=True)  # Hypothesis looks for its plug-in there
    (tmp_path / "negotiation" / "__init__.py").touch()
    (tmp_path / "negotiation" / "testing" / "plugin.py").write_text("def register(): ...\n")
    (tmp_path / "negotiation" / "sums.py").write_text("TWO = 2\n\n\ndef twice(x):\n    return TWO * x\n")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_sums.py").write_text(
        "import pytest\nfrom negotiation.sums import twice\n\n\n"
        "@pytest.mark.long\ndef test_twice():\n    assert twice(2) == 4\n\n\n"
        "def test_none():\n    assert twice(0) == 0\n\n\n"
        "def test_apart():\n    pass\n"
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = slow\n    long\n")
    return tmp_path, Fault("another product", "sums.py", "TWO * x", "3 * x", ("test_sums.py",))


def test_a_fault_is_found_by_its_suites_and_gone_afterwards(small):
    folder, fault = small
    before = (folder / "negotiation" / "sums.py").read_text()
    killed, by, _ = run.try_fault(folder, fault, run.own_suites(folder, fault), "own")
    assert (killed, by) == (True, "test_twice")
    assert (folder / "negotiation" / "sums.py").read_text() == before


def test_the_short_suite_is_asked_by_the_tests_that_execute_the_line(small):
    folder, fault = small
    tests = run.tests_of(folder, [fault], "short", 1)
    assert tests == {fault.name: ("tests/test_sums.py::test_none",)}
    assert run.try_fault(folder, fault, tests[fault.name], "short")[:2] == (False, "")
    above = replace(fault, old="TWO = 2", new="TWO = 3")  # executed on import: the suites that it names
    assert run.tests_of(folder, [above], "short", 1) == {fault.name: ("tests/test_sums.py",)}


def test_tests_that_end_in_another_way_have_found_nothing(small):
    folder, fault = small
    (folder / "tests" / "test_sums.py").write_text("import os\nos.kill(os.getpid(), 9)\n")
    with pytest.raises(SystemExit, match="ended with -9"):
        run.try_fault(folder, fault, run.own_suites(folder, fault), "own")
    assert "TWO * x" in (folder / "negotiation" / "sums.py").read_text()


@pytest.mark.parametrize(
    ("name", "faults", "gone", "missed", "untried"),
    [
        ("fifth", FIFTH_FAULTS, GONE, MISSED, UNTRIED),
        ("sixth", SIXTH_FAULTS, SIXTH_GONE, SIXTH_MISSED, ()),
        ("seventh", SEVENTH_FAULTS, SEVENTH_GONE, SEVENTH_MISSED, ()),
    ],
)
def test_the_page_counts_a_round_as_it_went(name, faults, gone, missed, untried):
    names = {*(fault.name for fault in faults), *gone}
    assert len(names) == len(faults) + len(gone) == 40
    assert {*missed, *untried} <= names
    assert len({*missed, *untried}) == len(missed) + len(untried)
    tried = len(names) - len(untried)
    row = f"| {tried} | {tried - len(missed)} | {1 - len(missed) / tried:.0%} |".replace("%", " %")
    (line,) = (
        line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith(f"| the {name}")
    )
    assert line.endswith(row)


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
