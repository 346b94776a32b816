"""What `make` says before it sets anything up."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAKE = shutil.which("make")

pytestmark = pytest.mark.skipif(MAKE is None, reason="make is not installed")


def make(*words):
    """Return what make does, with nothing but its plan carried out."""
    return subprocess.run(
        [str(MAKE), "--dry-run", *words], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize("minutes", ["0", "00", "-1", "", "1.5", "08", "four", "4 5", "10m"])
def test_nightly_refuses_what_is_no_number_of_minutes(minutes):
    done = make("nightly", f"MINUTES={minutes}", "SEED=1")
    assert done.returncode != 0
    assert f"MINUTES is a whole number of minutes, 1 or more; got '{minutes}'" in done.stderr
    assert "pytest" not in done.stdout


@pytest.mark.parametrize("minutes", ["1", "4", "120"])
def test_nightly_is_limited_to_the_minutes_that_are_asked_for(minutes):
    done = make("nightly", f"MINUTES={minutes}", "SEED=1")
    assert done.returncode == 0, done.stderr
    assert f"$((60 * {minutes}))" in done.stdout


def test_other_targets_do_not_read_the_minutes():
    assert make("help", "MINUTES=0").returncode == 0
