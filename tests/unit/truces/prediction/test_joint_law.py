"""The joint law: marginals are kept, the number has the law of a slow sum, first steps rise in time."""

import numpy as np
import pytest

from negotiation.truces.prediction.named_events import (
    band_of,
    first_harsher,
    hazards_of,
    law_of_number,
    none_of,
)

CHANCES = np.array([0.02, 0.1, 0.3, 0.5, 0.7])


@pytest.mark.parametrize("shape", [0.5, 2.0, 14.0])
def test_rows_keep_their_chances_and_the_number_its_mean(shape):
    assert 1.0 - none_of(hazards_of(CHANCES, shape), shape) == pytest.approx(CHANCES)
    law = law_of_number(CHANCES, shape)
    assert law.sum() == pytest.approx(1.0)
    assert law @ np.arange(6) == pytest.approx(CHANCES.sum(), rel=1e-3)
    assert law[0] == pytest.approx(none_of(hazards_of(CHANCES, shape).sum(), shape), rel=1e-3)


def test_the_law_is_that_of_many_plays():
    rng, shape = np.random.default_rng(68), 2.0
    factor = rng.gamma(shape, 1 / shape, 200_000)
    came = rng.random((200_000, 5)) < -np.expm1(-np.outer(factor, hazards_of(CHANCES, shape)))
    seen = np.bincount(came.sum(axis=1), minlength=6) / 200_000
    assert law_of_number(CHANCES, shape) == pytest.approx(seen, abs=0.005)


def test_a_common_factor_widens_the_band():
    many = np.full(200, 0.1)
    (low, high), (lower, higher) = (band_of(law_of_number(many, shape)) for shape in (1e3, 2.0))
    assert lower < low < 20 < high < higher


def test_first_steps_rise_and_levels_are_no_likelier_than_steps():
    hazards = np.full((3, 2, 2), 0.2)
    found = first_harsher(hazards, 2.0, ("tariff", "control"), np.array([0.5, 0.0]))
    assert found["tariff"]["step"] == sorted(found["tariff"]["step"])
    assert found["tariff"]["step"][2] == pytest.approx(1 - (1 + 0.6 / 2) ** -2)
    assert found["tariff"]["level"][2] == pytest.approx(1 - (1 + 0.3 / 2) ** -2)
    assert found["control"]["level"] == [0.0, 0.0, 0.0]
