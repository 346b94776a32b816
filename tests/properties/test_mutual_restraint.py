import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.game_theory.solvers.closed_forms.restraint import restraint_thresholds
from negotiation.game_theory.solvers.thresholds.critical_discount_factor import critical_discount_factor
from tests.weapons import weapons_game

GAINS = st.lists(st.integers(-8, 8), min_size=2, max_size=2)
HARMS = st.lists(st.integers(0, 8), min_size=2, max_size=2)


@given(gains=GAINS, harms=HARMS)
def test_the_closed_form_is_what_the_solver_finds(gains, harms):
    threshold = restraint_thresholds(gains, harms).max()
    found = critical_discount_factor(weapons_game(gains, harms), ("keep", "keep"))
    if threshold >= 1:
        assert found.value is None
    else:
        assert float(found.value) == pytest.approx(threshold, abs=1e-9)


@given(gains=GAINS, harms=HARMS, scale=st.sampled_from([0.01, 3.0]))
def test_thresholds_do_not_depend_on_the_unit_and_swap_with_the_players(gains, harms, scale):
    found = restraint_thresholds(gains, harms)
    assert restraint_thresholds(scale * np.array(gains), scale * np.array(harms)) == pytest.approx(found)
    assert restraint_thresholds(gains[::-1], harms[::-1]) == pytest.approx(found[::-1])
