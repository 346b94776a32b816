"""What a machine without a compiler lacks is needed by no test that `make test` runs."""

import os
import shutil
import tomllib
from pathlib import Path

import pytest

from tests.command import python, ran

ROOT = Path(__file__).parents[2]
ORACLES = ("pygambit", "quantecon", "sympy")
COLLECT = """
import sys
sys.modules.update(dict.fromkeys({oracles!r}))
import pytest
sys.exit(pytest.main(["--collect-only", "-q", "-p", "no:cacheprovider", "tests/oracle"]))
"""


@pytest.mark.long
def test_tests_that_compare_with_oracles_are_skipped_without_them():
    program = COLLECT.format(oracles=ORACLES)
    done = python("-c", program, cwd=ROOT)
    assert done.returncode == 0, done.stdout
    assert "could not import 'pygambit'" in done.stdout
    assert "error" not in done.stdout.lower()


def test_oracles_are_an_extra_of_their_own():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    needed = " ".join([*project["dependencies"], *extras["dev"]])
    assert [name for name in ORACLES if name in needed] == []
    assert [name for name in ORACLES if name not in " ".join(extras["oracles"])] == []


@pytest.mark.long
@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")
@pytest.mark.parametrize("target", [".runtime", ".develop", ".oracles"])
def test_nothing_is_fetched_where_nothing_is_missing(tmp_path, target):
    # An environment whose Python may not be called, made from the very files, which have newer times.
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.write_text("#!/bin/sh\necho called >&2\nexit 9\n")
    python.chmod(0o755)
    needed = "".join((ROOT / name).read_text() for name in ("pyproject.toml", "constraints.txt"))
    for mark in (".runtime", ".develop", ".oracles"):
        (tmp_path / mark).write_text(needed)
        os.utime(tmp_path / mark, (0, 0))

    def made():
        call = ["make", f"VENV={tmp_path}", str(tmp_path / target)]
        return ran(call, cwd=ROOT)

    done = made()
    assert done.returncode == 0, done.stderr
    (tmp_path / target).write_text("# of other files\n")
    os.utime(tmp_path / target, (0, 0))
    done = made()
    assert "called" in done.stderr
    assert done.returncode == 2
    assert (tmp_path / target).read_text() == "# of other files\n"
