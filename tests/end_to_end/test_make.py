"""What `make` says before it sets anything up."""

import os
import shutil
from pathlib import Path

import pytest

from tests.command import printed, ran

ROOT = Path(__file__).parents[2]
MAKE = shutil.which("make")

pytestmark = pytest.mark.skipif(MAKE is None, reason="make is not installed")


# What `make test` hands down makes an inner make print the folders that it enters and leaves.
OWN = {key: value for key, value in os.environ.items() if key not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}


def make(*words, environment=OWN):
    """Return how make ended and what it said."""
    return ran([str(MAKE), *words], cwd=ROOT, timeout=60, env=environment)


@pytest.mark.parametrize("minutes", ["0", "-1", "four"])
def test_nightly_refuses_what_is_no_number_of_minutes(minutes):
    done = make("--dry-run", "nightly", f"MINUTES={minutes}", "SEED=1")
    assert done.returncode != 0
    assert f"MINUTES is a whole number of minutes, 1 or more; got '{minutes}'" in done.stderr
    assert "pytest" not in done.stdout


def test_nightly_is_limited_to_the_minutes_that_are_asked_for():
    assert "$((60 * 4))" in printed(make("--dry-run", "nightly", "MINUTES=4", "SEED=1"))


@pytest.mark.parametrize(
    ("ends", "waits", "status", "said"),
    [
        ("exit 124", 0, 0, "time is up; no failure was reported (an F above was cut off), seed 1"),
        # The kill comes once more, after the time was up.
        ("kill -9 $$", 61, 0, "time is up; no failure was reported (an F above was cut off), seed 1"),
        ("kill -9 $$", 0, 2, ""),
        ("exit 1", 0, 2, ""),
    ],
)
def test_nightly_tells_that_time_is_up_from_a_run_that_was_killed(tmp_path, ends, waits, status, said):
    # In place of Python one that does nothing, of `timeout` one that ends so, and a clock of its own.
    clock = (
        f"if [ -e {tmp_path}/began ]; then echo {1000 + waits}; else touch {tmp_path}/began; echo 1000; fi"
    )
    for name, text in (("bin/python", ":"), ("tools/timeout", ends), ("tools/date", clock)):
        program = tmp_path / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!/bin/sh\n{text}\n")
        program.chmod(0o755)
    needed = [(ROOT / name).read_bytes() for name in ("pyproject.toml", "constraints.txt")]
    (tmp_path / ".develop").write_bytes(b"".join(needed))
    found_first = {**OWN, "PATH": f"{tmp_path / 'tools'}:{os.environ['PATH']}"}
    done = make(f"VENV={tmp_path}", "nightly", "MINUTES=1", "SEED=1", environment=found_first)
    assert done.returncode == status
    assert done.stdout.strip().splitlines()[-1].startswith(said or "random seed 1")
