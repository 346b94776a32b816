"""One island, observation by observation: what is taken in, renewed and kept, worked out by hand."""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest

from negotiation.errors import InvalidGame, InvalidNumber
from negotiation.truces.estimation.priors import Prior
from negotiation.truces.estimation.sampler import densities_of, systematic


@pytest.mark.parametrize(
    ("lot", "weights", "count", "chosen"),
    [
        (0.5, [0.5, 0.25, 0.25], 4, [0, 0, 1, 2]),
        (0.001, [0.2, 0.8], 5, [0, 1, 1, 1, 1]),
        (0.999, [0.2, 0.8], 5, [0, 1, 1, 1, 1]),
        (0.999, [1.0, 0.0], 3, [0, 0, 0]),
        (0.999, [0.3, 0.3, 0.3], 2, [1, 2]),  # by rounding, weights may sum to less than one
    ],
)
def test_positions_follow_the_weights_by_one_lot(lot, weights, count, chosen):
    found = systematic(np.array(weights), count, SimpleNamespace(random=lambda: lot))
    assert found.tolist() == chosen


@dataclass
class Sized:
    """Tells of each coordinate, and of how many particles it was asked at once."""

    asked: list
    name: str = "sized"
    priors: tuple = (Prior("a", 0.0, 1.0), Prior("b", -2.0, 2.0))
    observations: tuple = ("one", "two")

    def log_densities(self, parameters):
        self.asked.append(len(parameters))
        return parameters.copy()


def test_densities_that_are_no_densities_are_refused_by_place():
    def of(change):
        model = Sized([])
        model.log_densities = change
        return densities_of(model)

    at = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 2.0]])
    for change, shape in ((lambda p: p[1:], r"\(2, 2\)"), (lambda p: p[:, :1], r"\(3, 1\)")):
        with pytest.raises(
            InvalidGame, match=rf"sized: got log densities of shape {shape}; expected \(3, 2\)"
        ):
            of(change)(at)
    for wrong in (np.nan, np.inf):
        change = lambda p, wrong=wrong: np.where(p > 1.5, wrong, 0.0)  # noqa: E731
        with pytest.raises(InvalidNumber, match=rf"{wrong} of two at {{'a': 0\.84\d*, 'b': 1\.9\d*}}"):
            of(change)(at)
    assert of(lambda p: np.where(p > 1.5, -np.inf, 0.0))(at)[2, 1] == -np.inf  # impossible, which may be
