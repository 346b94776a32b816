"""The page for R is run as it stands: its Python, then each of its R scripts where R and its packages are."""

import os
import re
import shutil
import sys
from contextlib import chdir
from pathlib import Path

import pandas as pd
import pytest

from tests.command import printed, ran

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "use-from-r.md").read_text(encoding="utf-8")
BLOCKS = dict(enumerate(re.findall(r"```r\n(.*?)```", PAGE, re.DOTALL)))
(PYTHON,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
SAID = ("4 corners; China gets at most 9.75", "complete 1 equilibrium", "payoffs 3 3")
R, LACKING = shutil.which("Rscript"), 9
NEEDS = ((), ("jsonlite",), ("jsonlite", "reticulate"))


@pytest.fixture
def folder(tmp_path):
    """Return a folder in which the Python of the page was run."""
    with chdir(tmp_path):
        exec(PYTHON, {})  # noqa: S102 - the page's own code
    return tmp_path


def r(script, folder):
    """Return what a script prints, with the command and the package of this Python in sight."""
    command = folder / "bin" / "negotiation"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m negotiation "$@"\n')
    command.chmod(0o755)
    seen = {
        **os.environ,
        "PATH": f"{command.parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "RETICULATE_PYTHON": sys.executable,
    }
    done = ran([R, "-"], input=script, cwd=folder, env=seen)
    if done.returncode == LACKING:
        pytest.skip("R has not the packages of this script")
    return printed(done)


def test_what_the_page_writes_is_a_table_of_numbers(folder):
    found = pd.read_csv(folder / "payoffs.csv")
    paid = found[(found.quantity == "payoff") & (found.bound == "inner")]
    assert paid[paid.player == "CHN"].value.max() == 9.75
    assert (folder / "game.nfg").exists()


@pytest.mark.long
@pytest.mark.skipif(R is None, reason="there is no R here")
@pytest.mark.parametrize("k", BLOCKS)
def test_r_reads_it_and_says_so(k, folder):
    asked = "".join(
        f"if (!requireNamespace('{name}', quietly = TRUE)) quit(status = {LACKING})\n" for name in NEEDS[k]
    )
    assert SAID[k] in r(asked + BLOCKS[k], folder)
    assert k or (folder / "payoffs.pdf").stat().st_size > 1000
