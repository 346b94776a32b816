"""The tutorial's blocks, run in order in an empty folder, as they stand on the page."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).with_name("negotiation")
PAGE = Path(__file__).parents[2] / "docs" / "tutorial" / "first-experiment.md"
BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.mark.long
def test_the_tutorial_runs_as_it_stands(tmp_path):
    blocks = BLOCK.findall(PAGE.read_text())
    assert [kind for kind, _, _ in blocks].count("python") >= 4
    files = 0
    for kind, option, text in blocks:
        option = option.strip()
        if option.startswith("file="):
            path = tmp_path / option.removeprefix("file=")
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
            files += 1
        elif kind == "sh":
            assert option == "run"
            for line in text.strip().splitlines():
                started(tmp_path, [str(COMMAND), *line.split()[1:]])
        else:
            start(tmp_path, "-c", text)
    assert files == 2
    one, two = (tmp_path / out / "hawks_draws" / "hawks_draws.csv" for out in ("results", "by-two"))
    assert two.is_file()
    assert len(two.read_text().splitlines()) == 65
    again = started(tmp_path, [str(COMMAND), "run", "hawks_draws"])
    assert "0 computed; 64 from the store" in again
    assert one.read_bytes() == two.read_bytes()
    assert (tmp_path / "hawks.png").read_bytes().startswith(b"\x89PNG")
    assert {path.suffix for path in (tmp_path / "results" / "hawks").iterdir()} >= {
        ".duckdb", ".csv", ".parquet", ".json", ".png", ".pdf"
    }  # fmt: skip


def start(folder, *arguments):
    return started(folder, [sys.executable, *arguments])


def started(folder, call):
    """Run as a user does, with nothing on the path but what is installed."""
    done = subprocess.run(
        call,
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
