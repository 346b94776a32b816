import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.base.labelled import Tabular
from negotiation.disputes import load_scenario
from negotiation.disputes.files.folder import scenario_folder
from negotiation.errors import InvalidFile, InvalidGame, UnknownCountry
from tests.several_countries import folder_values
from tests.us_china import SCENARIO

STAKES = [f"agency.stake.{one.name}" for one in SCENARIO.agencies["USA"]]
THETAS = {"commerce": "agency.security_weight.commerce", "state": "agency.security_weight.state"}
CHOSEN = ("tariff", "chip_control", "visa", "rare_earth_curb")
weights = st.floats(0.1, 10.0)
shares = st.floats(0.0, 1.0)


def test_each_instrument_of_the_country_is_decided_on_by_one_agency():
    decided = [name for agency in SCENARIO.agencies["USA"] for name in agency.instruments]
    assert sorted(decided) == sorted(SCENARIO.held("USA"))
    assert "CHN" not in SCENARIO.agencies


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


def test_payoffs_of_agencies_take_the_levels_that_are_fixed_along():
    fixed = SCENARIO.calm().after("USA", {"visa": "revocations", "port_fee": "usd_50"})
    found = SCENARIO.agency_payoffs("USA", "small", fixed=fixed)
    plain = SCENARIO.agency_payoffs("USA", "small")
    revoked = SCENARIO.effects("USA", "visa", SCENARIO.default_state).holder[1]
    assert found.of("state") - plain.of("state") == pytest.approx(np.full((4, 4), revoked))
    assert found.of("commerce") == pytest.approx(plain.of("commerce"), abs=1e-15)


def test_the_unit_of_stakes_means_nothing():
    tenfold = SCENARIO.with_parameters(dict.fromkeys(STAKES, 10.0))
    assert tenfold.agency_payoffs("USA").payoffs == pytest.approx(SCENARIO.agency_payoffs("USA").payoffs)


def test_the_result_is_a_table_and_refuses_strangers():
    found = SCENARIO.agency_payoffs("USA")
    assert isinstance(found, Tabular)
    assert found.table().columns == ("posture", *found.agencies, "coordinated")
    with pytest.raises(InvalidGame, match="no agency 'treasury'; known: white_house, commerce"):
        found.of("treasury")
    with pytest.raises(InvalidGame, match="names no agencies of CHN; countries with agencies: USA"):
        SCENARIO.agency_payoffs("CHN")
    with pytest.raises(UnknownCountry):
        SCENARIO.agency_payoffs("FRA")


def test_an_instrument_that_names_no_agency_is_the_first_one_s():
    ban = {
        "name": "investment_ban", "title": "investment ban", "leg": "control",
        "payoff": {"form": "levels", "parameters": {"other_loss": "ban.harm"}},
        "levels": {"USA": [
            {"label": label, "meaning": label, "date": day, "assumption": True}
            for label, day in (("open", "2025-01-01"), ("banned", "2025-06-01"))
        ]},
    }  # fmt: skip
    world = SCENARIO.with_instrument(ban, {"ban.harm": 0.03})
    assert "investment_ban" in world.agencies["USA"][0].instruments
    named = SCENARIO.with_instrument(ban | {"agencies": {"USA": "state"}}, {"ban.harm": 0.03})
    assert set(named.agencies["USA"][3].instruments) == {"visa", "investment_ban"}
    with pytest.raises(InvalidFile, match=r"agencies\.USA: 'treasury' came; allowed: white_house, commerce"):
        SCENARIO.with_instrument(ban | {"agencies": {"USA": "treasury"}}, {"ban.harm": 0.03})
    with pytest.raises(InvalidFile, match=r"agencies: 'CHN' came.*allowed: USA"):
        SCENARIO.with_instrument(ban | {"agencies": {"CHN": "state"}}, {"ban.harm": 0.03})


def test_agencies_of_a_stranger_are_refused():
    values = folder_values(scenario_folder("us-china-2025"))
    values["scenario"]["agencies"]["FRA"] = {"elysee": {"title": "Elysee", "stake": "agency.stake.state"}}
    with pytest.raises(InvalidFile, match=r"scenario\.toml: agencies: 'FRA' came; allowed: USA, CHN"):
        load_scenario(values)
