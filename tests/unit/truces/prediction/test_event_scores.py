"""Named events are scored once they are settled, and until then change nothing."""

import shutil
from math import log

import pytest

from negotiation.disputes import load_scenario
from negotiation.truces.prediction.named_events import event_scores

WORLD = load_scenario("us-china-2025")


def settled(tmp_path, **outcomes):
    """The dispute with some of its events settled."""
    folder = shutil.copytree(WORLD.folder, tmp_path / "us-china-2025")
    (path,) = (folder / "questions" / "events").glob("*.toml")
    text = path.read_text(encoding="utf-8")
    for name, came in outcomes.items():
        mark = f'id = "{name.replace("_", "-")}"\n'
        text = text.replace(mark, f'{mark}came = {str(came).lower()}\noutcome = "a notice"\n')
    path.write_text(text, encoding="utf-8")
    return load_scenario(folder)


def test_settled_events_alone_are_scored_beside_a_half(tmp_path):
    assert event_scores(WORLD, {"soybeans-25": 0.2}) is None
    world = settled(tmp_path, soybeans_25=True, truce_prolonged=False)
    found = event_scores(world, {"soybeans-25": 0.2, "truce-prolonged": 1.0, "october-package": 0.4})
    rows = {row[0]: row[1:] for row in found.rows}
    assert list(rows) == ["truce-prolonged", "soybeans-25", "mean", "mean of a half"]
    assert rows["soybeans-25"] == (True, 0.2, pytest.approx(0.64), pytest.approx(-log(0.2)))
    assert rows["truce-prolonged"][2] == 1.0
    assert rows["mean"][2] == pytest.approx(0.82)
    assert rows["truce-prolonged"][3] < float("inf")  # one floor for all
