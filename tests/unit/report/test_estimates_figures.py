"""Figures of estimates show the numbers of their rows."""

import numpy as np
import pytest
from matplotlib import pyplot as plt

from negotiation.report.figures.truces.estimates import (
    evidence_along_figure,
    learned_figure,
    legs_kept_figure,
)


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


def test_evidence_is_drawn_less_that_of_the_base_in_the_order_of_the_record():
    rows = [
        {"theory": name, "observation": f"move {t}", "log_evidence": value, "error": 0.1}
        for name, along in {"moment": (1.0, 3.0, 2.0), "random": (0.5, -1.0, -4.0)}.items()
        for t, value in enumerate(along)
    ]
    axis = evidence_along_figure(rows, "random")
    (line,) = [one for one in axis.get_lines() if len(one.get_xdata()) == 3]
    np.testing.assert_allclose(line.get_xdata(), [0.5, 4.0, 6.0])
    assert [label.get_text() for label in axis.get_yticklabels()] == ["move 0", "move 1", "move 2"]


def test_a_median_stands_at_its_share_of_the_range_on_either_scale():
    base = {"theory": "moment", "p5": 2.0, "p50": 10.0, "p95": 50.0, "low": 1.0, "high": 100.0}
    rows = [{**base, "parameter": "rate", "scale": "log"}, {**base, "parameter": "harm", "scale": "linear"}]
    axis = learned_figure(rows, ["rate", "harm"])
    marks = [one.get_xdata()[0] for one in axis.get_lines() if len(one.get_xdata()) == 1]
    assert marks == pytest.approx([0.5, 9 / 99])


def test_chances_stand_in_the_panel_of_their_truce_and_group_with_the_day_of_the_move():
    rows = [
        {"theory": "moment", "truce": truce, "group": group, "day": day, "mean": m - day / 100,
         "low": 0.1, "high": 1.0}
        for truce, group, m in (("geneva", "tariff", 0.9), ("geneva", "control", 0.8),
                                ("busan", "tariff", 0.7), ("busan", "control", 0.6))
        for day in (0, 10)
    ]  # fmt: skip
    host = legs_kept_figure(rows, "moment", {("geneva", "control"): 1})
    panels = {axis.get_title(loc="left") or axis.get_title(): axis for axis in host.child_axes}
    for title, first in (("Geneva, tariff", 0.9), ("Busan, control", 0.6)):
        (line,) = panels[title].get_lines()
        np.testing.assert_allclose(line.get_ydata(), [first, first - 0.1])
    assert panels["Geneva, control"].get_lines()[-1].get_xdata()[0] == 1
