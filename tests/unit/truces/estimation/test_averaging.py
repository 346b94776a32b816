"""Models side by side: weights along the record and their average, by hand."""

from dataclasses import dataclass

import numpy as np

from negotiation.truces.estimation.posterior import compared


@dataclass
class Told:
    """What a comparison reads of a posterior."""

    model: str
    densities: tuple[float, ...]
    priors: tuple[str, ...] = ("p",)
    observations: tuple[str, ...] = ("x", "y")
    log_evidence_error: float = 0.0

    @property
    def scores(self):
        return np.log(self.densities)

    @property
    def log_evidence(self):
        return float(self.scores.sum())


ONE = Told("worse", (0.2, 0.1), ("p", "q"), log_evidence_error=0.25)
TWO = Told("better", (0.6, 0.4), log_evidence_error=0.5)
THREE = Told("middle", (0.2, 0.3), ("p", "q", "r"), log_evidence_error=0.75)


def test_weights_begin_equal_and_know_what_was_seen_and_no_more():
    both = compared(iter([ONE, TWO]))
    np.testing.assert_allclose(both.scores, np.log([[0.2, 0.1], [0.6, 0.4]]))
    np.testing.assert_allclose(both.weights, [[0.5, 0.25, 1 / 13], [0.5, 0.75, 12 / 13]])
    np.testing.assert_allclose(both.average, np.log([0.4, 0.25 * 0.1 + 0.75 * 0.4]))


def test_the_table_has_the_best_first_and_the_average_last():
    table = compared([ONE, TWO, THREE]).table()
    assert table.title == "evidence of 2 observations"
    assert table.columns == ("model", "parameters", "log evidence", "error", "weight")
    assert [row[:2] for row in table.rows] == [
        ("better", 1),
        ("middle", 3),
        ("worse", 2),
        ("average of all", None),
    ]
    assert [row[3] for row in table.rows] == [0.5, 0.75, 0.25, None]
    np.testing.assert_allclose([row[2] for row in table.rows], np.log([0.24, 0.06, 0.02, 0.32 / 3]))
    np.testing.assert_allclose([row[4] for row in table.rows[:3]], [0.75, 0.1875, 0.0625])
    assert table.rows[-1][4] is None
