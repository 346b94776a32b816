"""An instrument of one's own, swept over its value as a new user would: its file, a measure, a run."""

import pytest

from tests import command
from tests.command import printed
from tests.us_china import BAN

SWEPT = """
import negotiation as ng

scenario = ng.load_scenario("us-china-2025").with_instrument(
    "investment_ban.toml", {"investment_ban.own_cost": COST, "investment_ban.harm": 0.03}
)


def measure(cell):
    stage = cell.scenario.stage_game(instruments=["investment_ban", "rare_earth_curb"])
    return {"china": float(ng.minmax(stage).values[1])}


experiment = ng.Experiment(
    slug="ban",
    question="What can the ban hold China down to?",
    scenario=scenario,
    space=ng.space.linspace("investment_ban.harm", 0.0, 0.1, 5),
    measure=measure,
)
"""


def run(folder, *options):
    """Return what a call of the command prints within this process."""
    return printed(command.called("run", "ban", *options, folder=folder))


def prepared(folder, cost="0.01"):
    (folder / "investment_ban.toml").write_text(BAN)
    (folder / "experiments").mkdir(exist_ok=True)
    (folder / "experiments" / "ban.py").write_text(SWEPT.replace("COST", cost))


@pytest.mark.long
def test_what_is_stored_counts_for_this_content_alone(tmp_path):
    prepared(tmp_path)
    assert "2 computed" in run(tmp_path, "--limit", "2")
    assert "3 computed; 2 from the store" in run(tmp_path, "--resume", "--workers", "2")
    assert "0 computed; 5 from the store" in run(tmp_path)
    text = (tmp_path / "investment_ban.toml").read_text()
    (tmp_path / "investment_ban.toml").write_text(text.replace("2025-06-01", "2025-06-02"))
    assert "5 computed" in run(tmp_path)
    (tmp_path / "investment_ban.toml").write_text(text)
    (tmp_path / "experiments" / "ban.py").write_text(SWEPT.replace("COST", "0.02"))
    assert "5 computed" in run(tmp_path)
