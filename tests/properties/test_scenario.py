from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negotiation.disputes import State, load_scenario
from negotiation.disputes.posture import posture_from_label
from tests.several_countries import folder_values
from tests.us_china import FOLDER, SCENARIO

CONTENT = folder_values(FOLDER)
TURNED = load_scenario({**CONTENT, "scenario": {**CONTENT["scenario"], "countries": ["CHN", "USA"]}})
STATES = st.builds(
    State, st.integers(0, 2), st.integers(0, 2), st.integers(0, 2), st.integers(0, 3), st.integers(0, 1)
)
SUBSETS = st.lists(st.sampled_from(sorted(SCENARIO.instruments)), min_size=1, max_size=4, unique=True)
SEEDS = st.integers(0, 2**32 - 1)


@pytest.mark.long
@given(SEEDS, STATES, SUBSETS)
@settings(max_examples=60, deadline=None)
def test_a_game_of_several_issues_is_the_sum_of_its_issues_and_the_interaction(seed, state, names):
    scenario = SCENARIO.draw(seed)
    p = scenario.parameters
    game = scenario.stage_game(instruments=names, state=state)
    singles = [scenario.stage_game(instruments=[name], state=state) for name in names]
    assert np.isfinite(game.payoffs).all()
    rng = np.random.default_rng(seed)
    gross = p["rare_earth_curb.lost_sales"] + p["rare_earth_curb.erosion"]
    for _ in range(20):
        profile = game.labels([int(rng.integers(n)) for n in game.n_actions])
        postures = [posture_from_label(action) for action in profile]
        expected = np.zeros(2)
        for single in singles:
            menus = [posture_from_label(actions[0]) for actions in single.actions]
            parts = [
                " ".join(f"{name}={posture[name]}" for name in menu) or "hold"
                for posture, menu in zip(postures, menus, strict=True)
            ]
            expected += single.payoff(parts)
        at_peak = any(posture.get("tariff") in ("peak", "threatened") for posture in postures)
        curb = postures[1].get("rare_earth_curb", "licences_flow")
        if at_peak and curb != "licences_flow":
            strength = p[f"rare_earth_curb.strength.{curb}"]
            expected[1] -= p["rare_earth_curb.tariff_interaction"] * gross * strength
        assert game.payoff(profile) == pytest.approx(expected, abs=1e-12)


@pytest.mark.long
@given(STATES, SUBSETS, st.sampled_from([0.0, 0.25, 1.0]))
@settings(max_examples=40, deadline=None)
def test_swapping_the_countries_swaps_the_game(state, names, weight):
    change = {"rare_earth_curb.tariff_interaction": weight}
    game, turned = (
        scenario.with_parameters(change).stage_game(instruments=names, state=state)
        for scenario in (SCENARIO, TURNED)
    )
    assert turned.players == ("CHN", "USA")
    assert turned.actions == game.actions[::-1]
    assert turned.payoffs == pytest.approx(np.swapaxes(game.payoffs, 0, 1)[..., ::-1], abs=1e-12)


@pytest.mark.long
@given(SEEDS, STATES)
@settings(max_examples=40, deadline=None)
def test_less_leverage_never_hurts_the_other_side_more(seed, state):
    scenario = SCENARIO.draw(seed)

    def harm(at):
        game = scenario.stage_game(instruments=["chip_control", "rare_earth_curb", "entity_list"], state=at)
        return game.payoffs[0, -1, 0], game.payoffs[-1, 0, 1]

    curb, control = harm(state)
    for component, size in (("curb_dependence", 3), ("control_dependence", 3)):
        for step in range(size):
            steps = {
                name: getattr(state, name) for name in ("curb_dependence", "control_dependence", "stocks")
            }
            less = harm(State(**{**steps, component: min(step, steps[component])}))
            assert less[0] >= curb - 1e-12
            assert less[1] >= control - 1e-12


@pytest.mark.long
def test_every_state_of_the_small_game_can_be_played():
    counts = set()
    for steps in product(range(3), range(3), range(3), range(4), range(2)):
        game = SCENARIO.stage_game("small", state=State(*steps))
        assert np.isfinite(game.payoffs).all()
        counts.add((game.n_actions, steps[-1]))
    assert counts == {((4, 4), 1), ((2, 4), 0)}
