"""The tutorial of a dispute of one's own: its blocks, run in order in an empty folder, as they stand."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import called

PAGE = Path(__file__).parents[2] / "docs" / "tutorial" / "your-own-two-countries.md"
BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
SWEPT = '''
"""The dues, swept."""

import negotiation as ng


def measure(cell):
    """Return what the dues cost the other side."""
    world = cell.scenario
    return {"loss": float(world.effects("XAA", "river_dues", world.default_state).other[1])}


experiment = ng.Experiment(
    slug="dues",
    question="What do the dues cost?",
    scenario="./river-dispute",
    space=ng.space.linspace("river_dues.other_loss", 0.0, 0.2, 5),
    measure=measure,
)
'''


STARTED = ("new",)
"""Commands that are a process of their own; what the others read may have been edited in between."""


def printed(folder, line, status=0):
    """Return what a command prints, called within this process or started."""
    words = line.split()[1:]
    done = started(folder, words) if words[0] in STARTED else within(folder, words)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


def within(folder, words):
    return called(*words, folder=folder, NEGOTIATION_CACHE="off", COLUMNS=80)


def started(folder, words):
    return subprocess.run(
        [sys.executable, "-m", "negotiation", *words],
        cwd=folder,
        env={**os.environ, "NEGOTIATION_CACHE": "off", "COLUMNS": "80"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.mark.long
def test_the_tutorial_runs_as_it_stands_and_its_folder_is_swept(tmp_path):
    seen, kinds = "", []
    for kind, option, text in BLOCK.findall(PAGE.read_text()):
        how, _, name = option.strip().partition("=")
        kinds.append(how)
        if how in ("run", "fails"):
            assert kind == "sh"
            lines = text.strip().splitlines()
            seen = "".join(printed(tmp_path, line, 2 if how == "fails" else 0) for line in lines)
        elif how == "shows":
            assert [line for line in text.strip().splitlines() if line not in seen] == [], seen
        else:
            path = tmp_path / name
            assert path.exists() == (how == "append")
            before = path.read_text() if how == "append" else ""
            glue = "\n" if kind == "toml" and "map" not in name and before else ""
            path.write_text(before + glue + text)
    assert set(kinds) == {"run", "fails", "shows", "file", "append"}
    drawn = tmp_path / "results" / "2024-06-harbour" / "levels.png"
    assert drawn.read_bytes().startswith(b"\x89PNG")
    (tmp_path / "experiments").mkdir()
    (tmp_path / "experiments" / "dues.py").write_text(SWEPT)
    by_two = started(tmp_path, ["run", "dues", "--workers", "2"])
    assert by_two.returncode == 0, by_two.stdout + by_two.stderr
    assert "5 computed" in by_two.stdout
    assert "5 from the store" in printed(tmp_path, "negotiation run dues")
    calibration = tmp_path / "river-dispute" / "calibrations" / "central.toml"
    calibration.write_text(calibration.read_text().replace("high = 0.15", "high = 0.16"))
    assert "5 computed" in printed(tmp_path, "negotiation run dues")
