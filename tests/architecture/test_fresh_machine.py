"""What a machine without a compiler lacks is needed by no test that `make test` runs."""

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
ORACLES = ("pygambit", "quantecon", "sympy")
COLLECT = """
import sys
sys.modules.update(dict.fromkeys({oracles!r}))
import pytest
sys.exit(pytest.main(["--collect-only", "-q", "-p", "no:cacheprovider", "tests/oracle"]))
"""


def test_tests_that_compare_with_oracles_are_skipped_without_them():
    program = COLLECT.format(oracles=ORACLES)
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert "could not import 'pygambit'" in done.stdout
    assert "error" not in done.stdout.lower()


def test_oracles_are_an_extra_of_their_own():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    needed = " ".join([*project["dependencies"], *extras["dev"]])
    assert [name for name in ORACLES if name in needed] == []
    assert [name for name in ORACLES if name not in " ".join(extras["oracles"])] == []
