"""The tutorial's blocks, run in order in an empty folder, as they stand on the page."""

import os
import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "tutorial" / "first-experiment.md"
BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_the_tutorial_runs_as_it_stands(tmp_path):
    blocks = BLOCK.findall(PAGE.read_text())
    assert [kind for kind, _, _ in blocks].count("python") >= 4
    later = []
    for kind, option, text in blocks:
        option = option.strip()
        if option.startswith("file="):
            path = tmp_path / option.removeprefix("file=")
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
            later.append(option)
        elif kind == "sh":
            assert option == "run"
            for line in text.strip().splitlines():
                start(tmp_path, "-m", "negotiation.cli", *line.split()[1:])
        else:
            start(tmp_path, "-c", text)
    assert len(later) == 3
    assert (tmp_path / "hawks.png").read_bytes().startswith(b"\x89PNG")
    assert {path.suffix for path in (tmp_path / "results" / "hawks").iterdir()} >= {
        ".duckdb", ".csv", ".parquet", ".json", ".png", ".pdf"
    }  # fmt: skip


def start(folder, *arguments):
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
