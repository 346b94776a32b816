"""Points of disagreement of bargains with and without the controls, each from the game or the set itself."""

import numpy as np
import pytest

import negotiation as ng
from negotiation.disputes.posture_payoffs import posture_game
from negotiation.errors import InvalidGame, UnknownName
from negotiation.game_theory.solvers.bargaining.bargain import bargain
from negotiation.game_theory.solvers.bargaining.rules import (
    Egalitarian,
    KalaiSmorodinsky,
    NashBargaining,
    Rubinstein,
)
from negotiation.truces.studies.linkage import LinkedBargain, linkage_gains, trade_war
from tests.us_china import SCENARIO as WORLD

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


WORN = ng.State(curb_dependence=1, control_dependence=0, stocks=2)
NAMED = {
    "Nash": NashBargaining(), "Kalai-Smorodinsky": KalaiSmorodinsky(), "egalitarian": Egalitarian(),
    "Rubinstein": Rubinstein(), "Rubinstein, second proposes": Rubinstein(proposer=1),
}  # fmt: skip


@pytest.mark.parametrize("state", [None, WORN], ids=["record", "worn"])
def test_the_tables_are_games_of_the_state_both_with_the_curb_and_one_with_the_controls(found, state):
    told = found if state is None else linkage_gains(WORLD, state)
    core = WORLD.stage_game("core", state=state or WORLD.default_state)
    linked, unlinked = (one.game.stage for one in (told.linked, told.unlinked))
    assert np.array_equal(linked.payoffs, core.payoffs)
    assert linked.actions == core.actions
    assert unlinked.actions[1] == linked.actions[1]  # China's curb is in both
    assert any("rare_earth_curb" in action for action in unlinked.actions[1])
    assert len(unlinked.actions[0]) < len(linked.actions[0])
    assert (told.players, told.status) == (WORLD.countries, "complete")


def test_each_bargain_is_what_its_rule_picks_of_each_set_from_its_own_point(found):
    points = ("stage equilibrium", "worst equilibrium", "trade war")
    rules = list(NAMED.values())
    assert [(one.disagreement, one.rule) for one in found] == [(p, r.name) for p in points for r in rules]
    assert len(found) == len(points) * len(rules)
    for k, one in enumerate(found):
        rule = rules[k % len(rules)]
        for told, payoffs in ((one.linked, found.linked), (one.unlinked, found.unlinked)):
            assert told.payoffs == pytest.approx(bargain(payoffs, rule, told.disagreement).payoffs, abs=1e-9)
        assert one.gains == pytest.approx(one.linked.payoffs - one.unlinked.payoffs)
    # Who proposes matters, and which table.
    *_, first, second = found.under("trade war")
    assert first.linked.payoffs[0] > second.linked.payoffs[0]
    assert np.abs(first.gains).max() > 1e-3


def test_bargains_from_a_point_are_all_of_it_and_no_others(found):
    for point in ("stage equilibrium", "worst equilibrium", "trade war"):
        assert {one.disagreement for one in found.under(point)} == {point}
    with pytest.raises(UnknownName, match="peace") as error:
        found.under("peace")
    assert all(point in str(error.value) for point in ("stage equilibrium", "worst equilibrium", "trade war"))


def test_controls_are_on_the_table_in_a_state_with_a_precedent():
    one = LinkedBargain("trade war", "Nash", "with them", "without")
    assert one.on(ng.State(precedent=1)) == "with them"
    assert one.on(ng.State(precedent=0)) == "without"


def test_war_is_the_harshest_of_the_menu_that_was_in_force_in_every_instrument():
    stage = WORLD.stage_game(
        instruments={"tariff", "rare_earth_curb", "chip_control"},
        levels={("USA", "tariff"): ("geneva", "peak", "threatened"), ("CHN", "tariff"): ("january", "geneva"),
                ("USA", "chip_control"): ("h20_stopped", "ascend_guidance"),
                ("CHN", "rare_earth_curb"): ("licences_flow", "general_licences")},
    )  # fmt: skip
    first, second = (dict(part.split("=") for part in side.split()) for side in trade_war(WORLD, stage))
    assert first == {"tariff": "peak", "chip_control": "ascend_guidance"}
    assert second == {"tariff": "geneva", "rare_earth_curb": "general_licences"}


def test_disputes_without_controls_or_of_three_are_refused_by_name():
    with pytest.raises(InvalidGame, match=r"'australia-china-2020' has no controls: give .*control_depend"):
        linkage_gains(ng.load_scenario("australia-china-2020"))
    with pytest.raises(InvalidGame, match="linkage"):
        linkage_gains(ng.load_scenario("us-china-netherlands-2023"))


def test_without_a_precedent_bargains_leave_controls_out(found):
    for one in found:
        assert one.on(ng.State()) is one.unlinked
        assert one.on(ng.State(precedent=1)) is one.linked
