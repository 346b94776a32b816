"""Named events are scored once they are settled, and until then change nothing."""

import shutil
from datetime import date
from math import log

import numpy as np
import pytest

from negotiation.disputes import load_scenario
from negotiation.truces.prediction.named_events import chances_of, event_scores, event_sets
from negotiation.truces.record.past import past_of

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


def test_a_change_is_counted_to_the_end_of_its_event():
    (named,) = event_sets(WORLD).values()
    (event,) = (event for event in named.events if event.id == "us-rate-above-41")
    early = event.model_copy(update={"closes": date(2026, 12, 31)})
    past = past_of(WORLD, named.opens)
    both = chances_of(named.model_copy(update={"events": (event, early)}), WORLD, past, np.zeros(1), 2.0)
    assert [of["basis"].split(" changes over ")[1].split()[0] for of in both] == ["13", "2"]


def test_an_event_of_a_pair_needs_both_its_names():
    (named,) = event_sets(WORLD).values()
    given = named.events[0].model_dump() | {"rule": "clock or level", "actor": None, "instrument": "tariff"}
    with pytest.raises(ValueError, match="needs `actor` and `instrument`"):
        type(named.events[0]).model_validate(given)
