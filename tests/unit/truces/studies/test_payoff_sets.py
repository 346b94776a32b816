import pytest

import negotiation as ng
from negotiation.game_theory.solutions.bounded_set import distance_to_polygon
from negotiation.truces.record.timeline import postures_on
from negotiation.truces.studies.payoff_sets import bargain_sets, core_instruments, uncovered


@pytest.fixture(scope="module")
def sets():
    return bargain_sets(ng.load_scenario("us-china-2025", "central"))


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


@pytest.mark.parametrize("controls", [True, False])
def test_curb_lowers_the_usa_worst_payoff_by_its_harm(sets, controls):
    # The curb at its harshest costs the USA its harm and China little: as a threat it is worth all of it.
    scenario = ng.load_scenario("us-china-2025", "central")
    p, dependence = scenario.parameters, "state.rare_earth_dependence"
    harm = p["rare_earth_curb.harm"] * p["rare_earth_curb.strength.october_package"]
    harm *= (p[f"{dependence}.full"] / p[f"{dependence}.greatest"]) ** p["rare_earth_curb.convexity"]
    worst = [chosen(sets, curb, controls).threats[0] for curb in (False, True)]
    assert worst[0] - worst[1] == pytest.approx(harm, abs=1e-6)


def test_sets_with_the_curb_contain_those_without(sets):
    for controls in (True, False):
        without, with_curb = chosen(sets, False, controls), chosen(sets, True, controls)
        assert all(distance_to_polygon(vertex, with_curb.outer) <= 1e-6 for vertex in without.inner)


def test_a_truce_is_marked_at_the_levels_with_which_it_came_into_force(sets):
    scenario = ng.load_scenario("us-china-2025", "central")
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


def test_controls_off_the_table_stand_at_the_best_level_among_those_that_are_kept():
    scenario = ng.load_scenario("us-china-2025", "central")
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
