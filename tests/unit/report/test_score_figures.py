"""Chances of single series beside their moves: a panel each, the numbers of the scores, legible."""

from datetime import date

import numpy as np
import pytest
from matplotlib.figure import Figure

from negotiation.report.figures.truces.scores import series_figure
from negotiation.testing.contracts.figures import grey_fault, text_fault
from negotiation.truces.prediction.series_scores import SeriesScores

PAIRS = (("USA", "tariff"), ("CHN", "rare_earth_curb"))
NAMES = ("one", "two", "three", "four", "five")


@pytest.fixture(scope="module")
def scores():
    rng = np.random.default_rng(1)
    weeks = tuple(date.fromordinal(date(2025, 1, 6).toordinal() + 7 * k) for k in range(40))
    shape = (len(NAMES), len(weeks), 1, len(PAIRS), 2)
    came = rng.random(shape[1:]) < 0.2
    known = np.ones((len(weeks), 1), dtype=bool)
    return SeriesScores(
        "weeks", NAMES, weeks, PAIRS, ("tariff", "control"), rng.uniform(0.01, 0.4, shape), came, known, ()
    )


def test_each_series_has_its_panel_lines_and_moves(scores):
    chosen = (("USA", "tariff", 0), ("CHN", "rare_earth_curb", 1))
    host = series_figure(scores, series=chosen)
    figure = host.figure
    assert isinstance(figure, Figure)
    panels = list(host.child_axes)
    assert len(panels) == 2
    for axis, (country, name, d) in zip(panels, chosen, strict=True):
        k = PAIRS.index((country, name))
        assert len(axis.patches) == scores.came[:, 0, k, d].sum()
        for p, line in enumerate(axis.get_lines()[: len(NAMES)]):
            assert line.get_ydata() == pytest.approx(scores.chances[p, :, 0, k, d])
    assert text_fault(figure) is None
    assert grey_fault(figure) is None
