import numpy as np
import pytest

from negotiation.truces.studies.linkage import linkage_gains, win_sets
from tests.us_china import SCENARIO


def test_the_linkage_figure_has_a_panel_for_each_disagreement_and_marks_what_is_agreed():
    found = linkage_gains(SCENARIO)
    axes = found.plot().child_axes
    assert [axis.get_title(loc="left") for axis in axes] == [
        "disagreement: stage equilibrium", "disagreement: worst equilibrium", "disagreement: trade war"
    ]  # fmt: skip
    points = {tuple(np.ravel(line.get_data())) for line in axes[1].lines if len(line.get_xdata()) == 1}
    assert {tuple(one.linked.payoffs) for one in found.under("worst equilibrium")} <= points


def test_the_win_set_figure_marks_where_calm_is_refused():
    found = win_sets(SCENARIO, np.linspace(0, 1, 11))
    axis = found.plot()
    assert found.turning_weight in [line.get_xdata()[0] for line in axis.lines]
    assert found.turning_weight == pytest.approx(0.3)
