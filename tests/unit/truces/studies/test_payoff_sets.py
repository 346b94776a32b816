import numpy as np
import pytest

import negotiation as ng
from negotiation.disputes.posture import posture_from_label
from negotiation.errors import InvalidGame
from negotiation.game_theory.solutions.plane import distance_to_polygon
from negotiation.truces.record.timeline import postures_on
from negotiation.truces.studies.linkage import trade_war
from negotiation.truces.studies.payoff_sets import bargain_sets, core_instruments, uncovered
from negotiation.truces.verdicts.authority import authority_loss


@pytest.fixture(scope="module")
def sets():
    return bargain_sets(ng.load_scenario("us-china-2025"))


def chosen(sets, curb, controls):
    return next(v.payoffs for v in sets if (v.curb, v.controls) == (curb, controls))


def test_variants_come_with_controls_first_and_in_each_half_with_the_curb_first(sets):
    # Pages and figures read them in pairs, each with what the curb adds.
    expected = [(True, True), (False, True), (True, False), (False, False)]
    assert [(variant.curb, variant.controls) for variant in sets] == expected


def test_bounds_are_certified_and_close(sets):
    for variant in sets:
        assert variant.payoffs.status == "complete"
        assert variant.payoffs.gap <= 1e-7


def test_a_dispute_without_controls_has_two_sets_and_what_the_curb_threatens_is_its_harm():
    scenario = ng.load_scenario("japan-korea-2019")
    found = bargain_sets(scenario)
    assert [variant.name for variant in found] == ["with the curb", "without the curb"]
    inside, outside = (variant.payoffs.threats[1] for variant in found)
    assert outside - inside == pytest.approx(scenario.parameters["three_item_licence.harm"], abs=1e-6)


def test_loss_of_authority_is_refused_where_no_law_can_be_lost():
    with pytest.raises(InvalidGame, match="'japan-korea-2019' has no component `authority`"):
        authority_loss(ng.load_scenario("japan-korea-2019"), ("2023-03-tokyo",))


@pytest.mark.parametrize("controls", [True, False])
def test_curb_lowers_the_usa_worst_payoff_by_its_harm(sets, controls):
    # The curb at its harshest costs the USA its harm and China little: as a threat it is worth all of it.
    scenario = ng.load_scenario("us-china-2025")
    p, dependence = scenario.parameters, "state.rare_earth_dependence"
    harm = p["rare_earth_curb.harm"] * p["rare_earth_curb.strength.october_package"]
    harm *= (p[f"{dependence}.full"] / p[f"{dependence}.greatest"]) ** p["rare_earth_curb.convexity"]
    worst = [chosen(sets, curb, controls).threats[0] for curb in (False, True)]
    assert worst[0] - worst[1] == pytest.approx(harm, abs=1e-6)


def test_taking_controls_out_of_the_bargain_takes_payoffs_away_from_china(sets):
    for curb in (True, False):
        inside, outside = chosen(sets, curb, True), chosen(sets, curb, False)
        assert outside.outer[:, 1].max() < inside.outer[:, 1].max()
        for vertex in outside.inner:
            assert distance_to_polygon(vertex, inside.outer) <= 1e-6


def test_sets_with_the_curb_contain_those_without(sets):
    for controls in (True, False):
        without, with_curb = chosen(sets, False, controls), chosen(sets, True, controls)
        assert all(distance_to_polygon(vertex, with_curb.outer) <= 1e-6 for vertex in without.inner)


def test_truces_are_marked_with_their_own_payoffs(sets):
    names = [name for name, _, _ in sets.truces]
    assert names == list(ng.truce_names("us-china-2025"))
    assert np.isfinite([[x, y] for _, x, y in sets.truces]).all()
    marks = {text.get_text() for text in sets.plot().texts}
    assert {"Geneva", "Busan"} <= marks


def test_a_truce_is_marked_at_the_levels_with_which_it_came_into_force(sets):
    scenario = ng.load_scenario("us-china-2025")
    core, calm = core_instruments(scenario), scenario.calm()
    for name, *payoffs in sets.truces:
        deal = ng.truce(name)
        held = {
            (country, instrument): (level,)
            for country, posture in postures_on(scenario, deal.in_force).items()
            for instrument, level in posture.items()
            if instrument in core
        }
        stage = scenario.stage_game(instruments=core, levels=held, fixed=calm)
        assert payoffs == pytest.approx(stage.payoffs[0, 0].tolist(), abs=1e-12)
        for country in scenario.countries:  # the tariffs that the text prescribes, where it prescribes any
            prescribed = deal.covered().get((country, "tariff"))
            assert prescribed is None or held[country, "tariff"] == (prescribed,)


@pytest.mark.parametrize("size", ["small", "core"])
def test_a_trade_war_is_fought_with_the_harshest_levels_that_were_ever_in_force(size):
    scenario = ng.load_scenario("us-china-2025")
    stage = scenario.stage_game(size)
    for country, action, actions in zip(
        stage.players, trade_war(scenario, stage), stage.actions, strict=True
    ):
        for name, level in posture_from_label(action).items():
            instrument = scenario.instrument(country, name)
            played = {posture_from_label(other)[name] for other in actions}
            harsher = {
                x for x in played if instrument.position(country, x) > instrument.position(country, level)
            }
            assert not instrument.level(country, level).threatened
            assert all(instrument.level(country, x).threatened for x in harsher)


def test_a_set_of_one_point_can_be_seen_and_small_payoffs_can_be_read():
    # Without what China closed nothing is left to threaten with: one stage equilibrium, in small numbers.
    found = bargain_sets(ng.load_scenario("australia-china-2020"))
    point = next(variant for variant in found if variant.curb is False)
    assert len(point.payoffs.outer) == 1
    axis = found.plot()
    line = next(line for line in axis.lines if line.get_label().startswith(point.name))
    assert line.get_marker() == "x"
    assert "-0.004)" in line.get_label()


def test_controls_off_the_table_stand_at_the_best_level_among_those_that_are_kept():
    scenario = ng.load_scenario("us-china-2025")
    calm, state = scenario.calm(), scenario.default_state
    free = uncovered(scenario, calm, state)
    asked = 0
    for country in scenario.countries:
        for name in set(scenario.definition.control_users) & set(scenario.held(country)):
            labels = [level.label for level in scenario.levels(country, name, state)]
            others = [label for label in labels if label != free[country][name]]
            for label in others:
                found = uncovered(scenario, calm, state, {(country, name): [label]})
                assert found[country][name] == label
                asked += 1
            if others:  # the best is chosen if it is kept beside another
                both = uncovered(scenario, calm, state, {(country, name): [others[0], free[country][name]]})
                assert both[country][name] == free[country][name]
    assert asked
