"""What the project's README says in numbers is what the paper's stored tables say."""

import re
from pathlib import Path

import pandas as pd
import pytest

import negotiation as ng

ROOT = Path(__file__).parents[2]


def test_the_readme_counts_the_claims_as_the_table_does():
    text = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    told = re.search(r"Of (\d+) claims .*?, (\d+) hold in most draws and (\d+) do not", text)
    outcomes = pd.read_parquet(ROOT / "paper" / "data" / "claims.parquet")["outcome"]
    hold = int(outcomes.isin(["holds", "holds in most"]).sum())
    assert told is not None
    assert tuple(map(int, told.groups())) == (len(outcomes), hold, len(outcomes) - hold)


@pytest.mark.parametrize("place", ["Geneva", "Busan"])
def test_the_readme_shows_the_verdicts_of_the_replay(place):
    name = next(each for each in ng.truce_names("us-china-2025") if each.endswith(place.lower()))
    found = ng.replay(name)
    rows = [line for line in (ROOT / "README.md").read_text("utf-8").splitlines() if f"| {place} |" in line]
    assert len(rows) == 2
    for row in rows:
        leg, _, says, share, record = (cell.strip() for cell in row.strip("| ").split("|")[1:])
        verdict = found.verdicts[leg]
        assert share == f"{verdict.share:.2f}"
        assert says.startswith("holds") is verdict.model_holds
        assert record.startswith("held") is verdict.record_held
    if place == "Busan":
        threshold = float(found.check().critical.value)
        assert f"from a discount factor of {threshold:.2f} a period on" in (ROOT / "README.md").read_text(
            "utf-8"
        )
