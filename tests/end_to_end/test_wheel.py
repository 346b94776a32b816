"""A dispute of one's own with the package as it is installed from the wheel: checked, judged and swept."""

import os
import zipfile
from pathlib import Path

import pytest

from negotiation.report.past_chances import STORED
from tests.command import printed, python

ROOT = Path(__file__).parents[2]
SWEPT = '''
"""The gain of a tariff, swept."""

import negotiation as ng


def measure(cell):
    """Return what the high tariff gains its holder."""
    world = cell.scenario
    return {"gain": float(world.effects("AAA", "tariff", world.default_state).holder[1])}


experiment = ng.Experiment(
    slug="gain",
    question="What does the tariff gain?",
    scenario="./mine",
    space=ng.space.linspace("tariff.own_gain", 0.0, 0.2, 3),
    measure=measure,
)
'''


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Return the folder of an unpacked wheel: a wheel of pure Python is installed by unpacking it."""
    made = tmp_path_factory.mktemp("wheel")
    call = ("-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(made), str(ROOT))
    printed(python(*call, timeout=300))
    (wheel,) = made.glob("*.whl")
    with zipfile.ZipFile(wheel) as opened:
        opened.extractall(made / "site")
    return made / "site"


@pytest.mark.long
def test_the_wheel_holds_the_typed_package_and_nothing_that_builds_paper_site_or_tests(installed):
    assert {path.name for path in installed.iterdir() if path.suffix != ".dist-info"} == {"negotiation"}
    assert (installed / "negotiation" / "py.typed").exists()
    assert (installed / STORED.relative_to(ROOT)).read_bytes() == STORED.read_bytes()
    (written,) = installed.glob("*.dist-info/entry_points.txt")
    assert "negotiation = negotiation.__main__:main" in written.read_text()
    inside = [path for path in installed.rglob("*") if path.suffix in (".nbi", ".nbc", ".tex", ".ipynb")]
    assert inside == []


def called(installed, folder, *arguments):
    environment = {**os.environ, "PYTHONPATH": str(installed), "NEGOTIATION_CACHE": "off"}
    return printed(python(*arguments, cwd=folder, env=environment, timeout=300))


@pytest.mark.slow
def test_a_dispute_outside_the_package_is_replayed_forecast_and_swept_from_the_wheel(installed, tmp_path):
    where = called(installed, tmp_path, "-c", "import negotiation; print(negotiation.__file__)")
    assert Path(where.strip()).is_relative_to(installed)
    command = ("-m", "negotiation")
    called(installed, tmp_path, *command, "new", "mine")
    assert "no fault in mine" in called(installed, tmp_path, *command, "check", "mine")
    replayed = called(installed, tmp_path, *command, "replay", "--scenario", "./mine", "--draws", "4")
    assert "of 2 legs" in replayed
    forecast = ("forecast", "2024-06-harbour", "--scenario", "./mine", "--months", "1")
    assert "export stop" in called(installed, tmp_path, *command, *forecast)
    (tmp_path / "experiments").mkdir()
    (tmp_path / "experiments" / "gain.py").write_text(SWEPT)
    assert "3 computed" in called(installed, tmp_path, *command, "run", "gain")
