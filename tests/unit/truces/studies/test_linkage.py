"""Points of disagreement of bargains with and without the controls, each from the game or the set itself."""

import numpy as np
import pytest

import negotiation as ng
from negotiation.truces.studies.linkage import linkage_gains
from negotiation.world.posture_game import posture_game

WORLD = ng.load_scenario("us-china-2025")
CORE = WORLD.stage_game("core")
RULES = 5


@pytest.fixture(scope="module")
def found():
    return linkage_gains(WORLD)


def test_a_trade_war_is_everything_at_its_harshest_with_the_controls_on_the_table_and_off_it(found):
    # Levels that were only threatened are no part of it: the harshest that was in force, side by side.
    postures = WORLD.calm()
    for country in WORLD.countries:
        for name in WORLD.definition.sizes["core"].instruments:
            if name in WORLD.held(country):
                known = [level.label for level in WORLD.levels(country, name) if not level.threatened]
                postures = postures.after(country, {name: known[-1]})
    alone = posture_game(WORLD, {country: {} for country in WORLD.countries}, postures, WORLD.default_state)
    harshest = alone.payoffs[0, 0]
    war = found.under("trade war")
    assert len(war) == RULES
    for one in war:
        assert one.linked.disagreement == pytest.approx(harshest)
        assert one.unlinked.disagreement == pytest.approx(harshest)


def test_looking_one_period_ahead_is_the_same_on_both_tables(found):
    u = CORE.payoffs
    tol = [1e-9 * np.ptp(u[..., i]) for i in (0, 1)]
    stable = (u[..., 0] >= u[..., 0].max(axis=0, keepdims=True) - tol[0]) & (
        u[..., 1] >= u[..., 1].max(axis=1, keepdims=True) - tol[1]
    )
    worst = min(u[stable], key=sum)
    for one in found.under("stage equilibrium"):
        assert one.linked.disagreement == pytest.approx(worst)
        assert one.unlinked.disagreement == pytest.approx(worst)


def test_the_worst_equilibrium_is_that_of_each_table_s_own_set(found):
    for one in found.under("worst equilibrium"):
        assert one.linked.disagreement == pytest.approx(found.linked.threats)
        assert one.unlinked.disagreement == pytest.approx(found.unlinked.threats)
