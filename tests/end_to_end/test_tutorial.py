"""The tutorials: their blocks, run in order in an empty folder, as they stand on the page."""

import os
import re
import sys
from pathlib import Path

import pytest

from tests.command import called, printed, ran

COMMAND = Path(sys.executable).with_name("negotiation")
PAGES = Path(__file__).parents[2] / "docs" / "tutorial"
BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
END = "end of block"
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


def started(folder, *call):
    """Return what a program prints, run as a user does, with nothing on the path but what is installed."""
    own = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "COLUMNS")}
    return printed(ran([*map(str, call)], cwd=folder, env={**own, "NEGOTIATION_CACHE": "off"}, timeout=300))


def within(folder, words, status=0):
    """Return what a command prints, called within this process."""
    done = called(*words, folder=folder, NEGOTIATION_CACHE="off", COLUMNS=80)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


def followed(folder, page, command):
    """Do what the blocks of a page say, and return what each of them is: code, a command, a file."""
    seen, kinds = "", []
    for kind, option, text in BLOCK.findall((PAGES / page).read_text()):
        how, _, name = option.strip().partition("=")
        kinds.append(how or kind)
        lines = text.strip().splitlines()
        if how in ("run", "fails"):
            seen = "".join(command(folder, line.split()[1:], 2 * (how == "fails")) for line in lines)
        elif how == "shows":
            assert [line for line in lines if line not in seen] == [], seen
        elif name:
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            assert path.exists() == (how == "append")
            before = path.read_text() if how == "append" else ""
            glue = "\n" if kind == "toml" and "map" not in name and before else ""
            path.write_text(before + glue + text)
        else:
            started(folder, sys.executable, "-c", text)
    return kinds


@pytest.mark.long
def test_the_first_experiment_runs_as_it_stands(tmp_path):
    kinds = followed(
        tmp_path, "first-experiment.md", lambda folder, words, _: started(folder, COMMAND, *words)
    )
    assert (kinds.count("file"), kinds.count("python")) == (2, 2)
    one, two = (tmp_path / out / "hawks_draws" / "hawks_draws.csv" for out in ("results", "by-two"))
    assert two.is_file()
    assert len(two.read_text().splitlines()) == 65
    assert "0 computed; 64 from the store" in started(tmp_path, COMMAND, "run", "hawks_draws")
    assert one.read_bytes() == two.read_bytes()
    assert (tmp_path / "hawks.png").read_bytes().startswith(b"\x89PNG")
    assert {path.suffix for path in (tmp_path / "results" / "hawks").iterdir()} >= {
        ".duckdb", ".csv", ".parquet", ".json", ".png", ".pdf"
    }  # fmt: skip


@pytest.mark.long
def test_a_dispute_of_ones_own_is_made_as_it_stands_and_its_folder_is_swept(tmp_path):
    kinds = followed(tmp_path, "your-own-two-countries.md", within)
    assert set(kinds) == {"run", "fails", "shows", "file", "append"}
    drawn = tmp_path / "results" / "2024-06-harbour" / "levels.png"
    assert drawn.read_bytes().startswith(b"\x89PNG")
    (tmp_path / "experiments").mkdir()
    (tmp_path / "experiments" / "dues.py").write_text(SWEPT)
    assert "5 computed" in started(tmp_path, COMMAND, "run", "dues", "--workers", 2)
    assert "5 from the store" in within(tmp_path, ["run", "dues"])
    calibration = tmp_path / "river-dispute" / "calibrations" / "central.toml"
    calibration.write_text(calibration.read_text().replace("high = 0.15", "high = 0.16"))
    assert "5 computed" in within(tmp_path, ["run", "dues"])


@pytest.mark.long
@pytest.mark.parametrize(("page", "count"), [("continuous-time.md", 2), ("fit-your-own-game.md", 4)])
def test_examples_run_as_they_stand_and_print_what_is_shown(tmp_path, page, count):
    blocks = BLOCK.findall((PAGES / page).read_text())
    assert {(kind, option) for kind, option, _ in blocks} == {("python", ""), ("text", " shows")}
    code = "".join(text if kind == "python" else f"print({END!r})\n" for kind, _, text in blocks)
    shown = [text for kind, _, text in blocks if kind == "text"]
    assert len(shown) == count
    assert started(tmp_path, sys.executable, "-c", code).split(f"{END}\n") == [*shown, ""]
