import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.faults import FAULTS

HERE = Path(__file__).parent
PACKAGE = HERE.parents[1] / "negotiation"

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


@pytest.mark.slow
def test_a_sample_of_faults_is_found_and_no_fault_is_not():
    done = subprocess.run(
        [sys.executable, str(HERE / "run.py"), *SAMPLE], capture_output=True, text=True, check=False
    )
    assert "3 of 3 found" in done.stdout, done.stdout + done.stderr
