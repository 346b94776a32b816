import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.us_china import SCENARIO

STAKES = [f"agency.stake.{one.name}" for one in SCENARIO.agencies["USA"]]
THETAS = {"commerce": "agency.security_weight.commerce", "state": "agency.security_weight.state"}
CHOSEN = ("tariff", "chip_control", "visa", "rare_earth_curb")
weights = st.floats(0.1, 10.0)
shares = st.floats(0.0, 1.0)


@pytest.mark.long
@given(st.tuples(weights, weights, weights, weights), shares)
def test_payoffs_of_agencies_add_up_to_the_country_s_at_any_stakes(stakes, theta):
    world = SCENARIO.with_parameters(
        dict(zip(STAKES, stakes, strict=True)) | dict.fromkeys((*THETAS.values(), "security_weight"), theta)
    )
    found = world.agency_payoffs("USA", instruments=CHOSEN)
    game = world.stage_game(instruments=CHOSEN)
    assert found.actions == game.actions
    assert (found.coordinated == game.payoffs[..., 0]).all()
    assert found.payoffs.sum(axis=-1) == pytest.approx(found.coordinated, abs=1e-9)


@pytest.mark.long
@given(shares, shares)
def test_an_agency_of_another_mind_values_its_own_controls_otherwise_and_nothing_else(theta, other):
    world = SCENARIO.with_parameters({THETAS["commerce"]: theta, THETAS["state"]: other})
    found = world.agency_payoffs("USA", instruments=CHOSEN)
    same = SCENARIO.agency_payoffs("USA", instruments=CHOSEN)
    for untouched in ("white_house", "trade_representative"):
        assert (found.of(untouched) == same.of(untouched)).all()
    # theta s - (1 - theta) b is linear in theta: at 1 it is s, at 0 -b.
    ends = [
        SCENARIO.with_parameters({"security_weight": x}).effects(
            "USA", "chip_control", SCENARIO.default_state
        )
        for x in (0.0, 1.0)
    ]
    gap = (theta - SCENARIO.parameters["security_weight"]) * (ends[1].holder - ends[0].holder)
    moved = (found.of("commerce") - same.of("commerce")).reshape(5, -1, 2, *found.coordinated.shape[1:])
    chips = SCENARIO.stage_game(instruments=["chip_control"]).n_actions[0]
    assert moved.shape[1] == chips
    assert moved == pytest.approx(np.broadcast_to(gap[None, :, None, None], moved.shape), abs=1e-12)


def test_an_agency_takes_its_share_of_what_others_do():
    stakes = dict(zip(STAKES, (3.0, 1.0, 1.0, 1.0), strict=True))
    found = SCENARIO.with_parameters(stakes).agency_payoffs("USA", instruments=["rare_earth_curb"])
    harm = SCENARIO.effects("CHN", "rare_earth_curb", SCENARIO.default_state).other
    parts = np.outer([0.5, 1 / 6, 1 / 6, 1 / 6], harm)
    assert found.payoffs[0] == pytest.approx(parts.T)


def test_the_unit_of_stakes_means_nothing():
    tenfold = SCENARIO.with_parameters(dict.fromkeys(STAKES, 10.0))
    assert tenfold.agency_payoffs("USA").payoffs == pytest.approx(SCENARIO.agency_payoffs("USA").payoffs)
