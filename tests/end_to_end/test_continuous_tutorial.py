"""The tutorials of games in continuous time: their blocks, run in order, print what the pages show."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[2] / "docs" / "tutorial"
BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
END = "end of block"


@pytest.mark.long
@pytest.mark.parametrize(("page", "count"), [("continuous-time.md", 2), ("fit-your-own-game.md", 4)])
def test_examples_run_as_they_stand_and_print_what_is_shown(tmp_path, page, count):
    blocks = BLOCK.findall((PAGES / page).read_text())
    assert {(kind, option) for kind, option, _ in blocks} == {("python", ""), ("text", " shows")}
    code = "".join(text if kind == "python" else f"print({END!r})\n" for kind, _, text in blocks)
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "NEGOTIATION_CACHE": "off"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    shown = [text for kind, _, text in blocks if kind == "text"]
    assert len(shown) == count
    assert done.stdout.split(f"{END}\n") == [*shown, ""]
