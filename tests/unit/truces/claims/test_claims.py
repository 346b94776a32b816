"""The contract of every claim about the truces, and what single claims say where the answer is known."""

import math
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from negotiation.solvers.closed_forms.mutual_restraint import restraint_thresholds
from negotiation.solvers.thresholds.renegotiation import least_weakly_renegotiation_proof
from negotiation.strategies import grim_trigger
from negotiation.truces.agreements import truce
from negotiation.truces.claims import UnknownClaim, claim, claims
from negotiation.truces.claims.clock import clock_cases
from negotiation.truces.claims.coverage import DAYS, FULL, inequalities_on, payoffs_on
from negotiation.truces.claims.enforcement import free_gains, leg_margins
from negotiation.truces.claims.noise import issue_numbers, linked_by_draw
from negotiation.truces.claims.small_game import small_levels, small_payoffs, thresholds, weapons
from negotiation.truces.claims.table import claims_table, moved_most
from negotiation.truces.claims.tariffs import rate_above_nash
from negotiation.truces.compiling.terms import postures_before
from negotiation.truces.record.state_trajectory import recorded_use, trajectory
from negotiation.truces.verdicts.grim_trigger import best_deviation
from negotiation.truces.verdicts.incentives import incentives_of
from negotiation.world import load_scenario
from negotiation.world.forms.tariff import import_market
from negotiation.world.observation import LEGS
from negotiation.world.parameter_draws import ParameterDraws, central_draw, sobol_draws
from tests.weapons import weapons_game

SCENARIO = load_scenario("us-china-2025")
FEW = sobol_draws(SCENARIO, 16, rng=1)
NAMES = tuple(claims())
RECORD = Path(__file__).parents[4] / "docs" / "decisions" / "0013-claims-before-the-run.md"


def test_every_claim_was_written_down_before_the_run():
    written = RECORD.read_text()
    assert all(f"| {name} | {one.number} |" in written for name, one in claims().items())
    rows = [
        line for line in written.splitlines() if line.count("|") == 4 and line.split("|")[2].strip().isdigit()
    ]
    assert len(rows) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_claim_says_what_it_claims_and_what_it_needs(name):
    one = claim(name)
    assert one.statement.endswith(".")
    assert len(one.statement) > 40
    assert one.notes
    assert one.unit
    assert one.number in {1, 2, 3, 4, 5, 6, 7, 10}
    assert one.needs(SCENARIO)
    inequalities = one.inequalities(FEW)
    assert all(values.shape == (len(FEW),) for values in inequalities.values())
    margins = one.measure(FEW)
    missing = np.isnan(margins)
    assert all((np.isnan(values) == missing).all() for values in inequalities.values())
    assert (one.holds(FEW) == (margins >= 0 if one.weak else margins > 0)).all()
    stacked = np.stack(list(inequalities.values()))
    for k, binding in enumerate(one.binding(FEW)):
        assert binding == "" if missing[k] else inequalities[binding][k] == stacked[:, k].min()


@pytest.mark.parametrize("name", NAMES)
def test_a_draw_does_not_depend_on_its_company(name):
    margins = claim(name).measure(FEW)
    some = np.array([3, 0, 11])
    np.testing.assert_array_equal(claim(name).measure(FEW.take(some)), margins[some])


@pytest.mark.parametrize("name", NAMES)
def test_parameters_that_a_claim_does_not_need_do_not_move_it(name):
    one, few = claim(name), FEW.take(range(6))
    needed = set(one.needs(SCENARIO))
    away = {n: q.high for n, q in SCENARIO.quantities.items() if n not in needed}
    # Up to rounding: what cancels in a difference of payoffs leaves its last digit.
    np.testing.assert_allclose(one.measure(few.replaced(away)), one.measure(few), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_the_central_verdict_is_that_of_the_scenario_itself(name):
    same = ParameterDraws(SCENARIO, {"security_weight": np.full(2, SCENARIO.parameters["security_weight"])})
    expected = claim(name).measure(central_draw(SCENARIO))[0]
    np.testing.assert_allclose(claim(name).measure(same), expected, rtol=1e-12, equal_nan=True)


def test_the_table_is_the_same_for_the_same_seed_and_widens():
    names = ["leverage_outweighs_gain", "restraint_not_renegotiation_proof", "weapon_of_2023"]
    one, other = (claims_table(SCENARIO, 64, 5, names=names) for _ in range(2))
    assert str(one) == str(other)
    wider = claims_table(SCENARIO, 128, 5, names=names)
    for few, many in zip(one, wider, strict=True):
        np.testing.assert_array_equal(few.margins, many.margins[:64])
    assert [r.low <= r.share <= r.high for r in wider] == [True] * 3
    assert wider["restraint_not_renegotiation_proof"].applies < 128


def test_a_costly_claim_says_at_how_many_draws_it_was_measured():
    expensive = [one for one in claims().values() if one.draws is not None]
    assert {(one.number, one.draws) for one in expensive} == {(4, 1024), (10, 256)}


def test_an_unknown_claim_is_refused_with_the_nearest_name():
    with pytest.raises(UnknownClaim, match="leverage_outweighs_gain"):
        claim("leverage_outweighs_gains")


def test_restraint_agrees_with_the_closed_form():
    drawn = sobol_draws(SCENARIO, 256, rng=2)
    # At the ranges hardly any draw fails; with a twentieth of the harm many do.
    weak = drawn.replaced({"rare_earth_curb.harm": drawn.number("rare_earth_curb.harm") / 20})
    answers = set()
    for draws in (drawn, weak):
        found = weapons(small_payoffs(draws))
        gains, harms = np.stack([found.gain, -found.cost], 1), np.stack([found.harm, found.loss], 1)
        closed = restraint_thresholds(gains, harms).max(axis=1)
        holds = claim("restraint_sustainable").holds(draws)
        np.testing.assert_array_equal(holds, draws.discount_factor > closed)
        answers |= set(holds.tolist())
    assert answers == {True, False}


def test_what_holds_restraint_is_not_renegotiation_proof_by_the_solver_either():
    applies = np.flatnonzero(np.isfinite(claim("restraint_not_renegotiation_proof").measure(FEW)))
    found = weapons(small_payoffs(FEW))
    assert len(applies) >= 4
    for k in applies[:4]:
        game = weapons_game(
            [float(found.gain[k]), -float(found.cost[k])], [float(found.harm[k]), float(found.loss[k])]
        )
        grim = grim_trigger(game, ("keep", "keep"), ("use", "use"))
        assert not least_weakly_renegotiation_proof(game, grim).intervals


@pytest.mark.parametrize("name", ["2025-05-geneva", "2025-10-busan"])
def test_a_claim_takes_its_margins_from_the_agreement_s_own_games(name):
    draws = sobol_draws(SCENARIO, 3, rng=3)
    agreement, state = truce(name), SCENARIO.default_state
    for k, one in enumerate(draws):
        own = incentives_of(one, agreement.covered(), postures_before(agreement, one), state)
        for leg in LEGS:
            for player, margin in leg_margins(draws, name, leg).items():
                assert margin[k] == pytest.approx(own.bound(leg).of(player).margin[0], rel=1e-12)
            for row in own.rows:
                if not row.covered and one.instruments[row.instrument].leg == leg:
                    gain = free_gains(draws, name, leg)[f"{row.player} {row.instrument}"][k]
                    assert gain == pytest.approx(row.temptation, rel=1e-12)


def test_the_day_of_an_agreement_is_the_trajectory_by_hand():
    """One draw: mix the payoffs of all states by the trajectory's probabilities."""
    draws, place = sobol_draws(SCENARIO, 2, rng=4), "Busan"
    one = draws.at(0)
    on = trajectory(one, recorded_use(one)).on(DAYS[place])
    expected = np.zeros((4, 4, 2))
    for d, c, stocks in np.ndindex(3, 3, 3):
        chance = on["curb_dependence"][d] * on["control_dependence"][c] * on["stocks"][stocks]
        state = type(one.default_state)(curb_dependence=d, control_dependence=c, stocks=stocks)
        expected += chance * one.stage_game("small", state=state).payoffs
    np.testing.assert_allclose(payoffs_on(draws, DAYS[place])[0], expected, rtol=1e-9, atol=1e-12)


def test_under_complete_pass_through_without_rents_nobody_wants_a_tariff_in_the_short_run():
    draws = FEW.replaced(
        {
            f"tariff.{what}.{c}": x
            for c in ("USA", "CHN")
            for what, x in (("pass_through", 1.0), ("rent_weight", 0))
        }
    )
    found = rate_above_nash(draws, "short")
    np.testing.assert_allclose(found["USA"], 0.511)
    np.testing.assert_allclose(found["CHN"], 0.326)


def test_the_long_run_rate_is_the_formula_in_full():
    market = import_market(SCENARIO.case("USA", "tariff"), days=math.inf)
    b, d = market.demand_slope, market.supply_slope
    found = rate_above_nash(central_draw(SCENARIO), "long")["USA"][0]
    assert found == pytest.approx(0.511 - d * market.gap / (b + 2 * d), rel=1e-12)


def test_without_harm_no_curb_outweighs_anything():
    harmless = FEW.replaced(
        {"rare_earth_curb.harm": 0.0, "security_weight": 0.8, "chip_control.security_value": 0.2}
    )
    assert not claim("leverage_outweighs_gain").holds(harmless).any()
    assert not claim("restraint_sustainable").holds(harmless).any()
    assert claim("weapon_of_2023").measure(harmless).max() < 0


def test_dependence_that_fell_explains_nothing():
    """Whatever the draw: both inequalities at once would need a share that rose."""
    found = claim("dependence_explains_2023").inequalities(sobol_draws(SCENARIO, 64, rng=3))
    now, then = found["2025, its dependence"], found["2023, its dependence"]
    assert (now + then < 0).all()


def test_a_control_that_pays_nothing_leaves_nobody_anything_to_gain_outside_busan():
    idle = FEW.replaced({"security_weight": 0.0})
    assert claim("busan_free_control").holds(idle).all()
    hawks = FEW.replaced({"security_weight": 1.0, "chip_control.security_value": 0.1})
    assert not claim("busan_free_control").holds(hawks).any()


def test_a_renewal_that_never_comes_keeps_no_tempted_side_honest():
    tempted = best_deviation(small_payoffs(FEW), 0) > 0
    never = FEW.replaced({"state.renewal_probability": 0.0})
    assert tempted.any()
    assert not claim("clocks_honest").holds(never)[tempted].any()


def test_linkage_never_needs_more_patience():
    assert (claim("linkage_buys_patience").measure(sobol_draws(SCENARIO, 256, rng=6)) >= 0).all()


def test_a_leg_that_cannot_falter_does_not_falter_first():
    quiet = FEW.replaced({"slip.control.fractured": 1e-6, "signal.ambiguity.low": 1e-6})
    assert not claim("control_leg_falters_first").holds(quiet).any()


def test_bargains_over_an_untempting_control_gain_nothing_from_its_being_on_the_table():
    """A control that its holder does not use stays off with and without the table, as a costly curb does."""
    idle = FEW.take(range(4)).replaced(
        {
            "security_weight": 0.0, "purchases.buyer_cost": 0.05,
            **{f"tariff.pass_through.{c}": 1.0 for c in ("USA", "CHN")},
            **{f"tariff.rent_weight.{c}": 0.0 for c in ("USA", "CHN")},
        }
    )  # fmt: skip
    assert (claim("usa_gains_by_linkage").measure(idle) == 0).all()


@pytest.mark.slow
def test_the_shares_that_are_told_come_out_again():
    """A quarter of the draws, other ones: within four standard errors of the pages' shares."""
    pages = [RECORD.parents[1] / "explanation" / name for name in ("claims.md", "negotiated-anew.md")]
    lines = [line for page in pages for line in page.read_text().splitlines()]
    told = {
        cells[2].strip(" `"): float(cells[4].split()[0])
        for cells in (line.split("|") for line in lines if line.count("|") == 8)
        if cells[1].strip().isdigit()
    }
    assert set(told) == set(NAMES)
    for result in claims_table(SCENARIO, 1024, rng=7):
        share, draws = told[result.claim.name], result.applies
        error = np.sqrt(max(share * (1 - share), 1.0 / draws) / draws)
        assert abs(result.share - share) < 4 * error + 0.001, result.claim.name


def test_what_goes_against_a_margin_may_move_it_most():
    one, draws = claim("leverage_outweighs_gain"), sobol_draws(SCENARIO, 64, rng=2)
    margins = one.measure(draws)
    name, correlation = moved_most(one, draws, margins)
    assert moved_most(one, draws, -margins) == (name, pytest.approx(-correlation))


@pytest.mark.parametrize("place", DAYS)
def test_without_the_curb_in_the_coverage_the_game_is_that_in_which_nobody_has_it(place):
    levels, use = small_levels(FEW, "tariff", "chip_control"), recorded_use(SCENARIO)
    chances = np.array([trajectory(one, use).on(DAYS[place])["control_dependence"] for one in FEW])
    expected = sum(
        chances[:, step, None, None, None] * FEW.payoffs(levels, state=replace(FULL, control_dependence=step))
        for step in range(3)
    )
    assert expected.shape == (len(FEW), 4, 2, 2)  # tariff and control on one side, tariff on the other
    needed, delta = thresholds(expected), FEW.discount_factor
    found = inequalities_on(FEW, place)["without the curb it does not hold"]
    assert found == pytest.approx(needed - delta, abs=1e-6)
    assert len(set(needed.round(6))) > 3  # at these draws it is told apart from other games


def test_temptations_and_stakes_of_the_clocks_are_each_sides_own():
    payoffs = small_payoffs(FEW)
    seen = set()
    for k, country, gain, stake, periods, _, _ in clock_cases(FEW):
        i = SCENARIO.countries.index(country)
        kept, war = float(payoffs[k, 0, 0, i]), float(payoffs[k, 3, 3, i])
        alone = [payoffs[k, a, 0, i] if i == 0 else payoffs[k, 0, a, i] for a in range(1, 4)]
        assert gain == max(0.0, max(alone) - kept)
        assert stake == max(0.0, kept - war)
        lag = float(FEW.number("reaction_lag_days")[k])
        assert periods == {"90 days": max(1, round(90 / lag)), "a year": max(1, round(365 / lag))}
        seen.add((k, country))
    assert len(seen) == 2 * len(FEW)


@pytest.mark.parametrize("name", NAMES)
def test_a_claim_needs_what_can_vary_and_nothing_else(name):
    quantities = SCENARIO.quantities
    assert all(quantities[each].low < quantities[each].high for each in claim(name).needs(SCENARIO))


def test_a_parameter_without_a_range_is_not_needed_though_it_is_read():
    one = claim("busan_covered")
    needed = one.needs(SCENARIO)
    name, known = needed[0], SCENARIO.quantities
    fixed = known[name].model_copy(update={"low": known[name].value, "high": known[name].value})
    world = SimpleNamespace(
        definition=SCENARIO.definition, instrument=SCENARIO.instrument, parameters=SCENARIO.parameters,
        quantities={**known, name: fixed},
    )  # fmt: skip
    assert one.needs(world) == needed[1:]


def test_a_channel_that_makes_no_agreement_hold_is_worth_nothing():
    # So impatient that in some draws no clause on controls is kept, however well it can be checked.
    impatient = ParameterDraws(SCENARIO, {"discount_factor_annual": np.array([1e-200, 1e-100, 1e-30, 0.95])})
    found, stakes = (
        claim("consultation_pays").inequalities(impatient),
        issue_numbers(impatient)["control"].stakes,
    )
    medium, low = (linked_by_draw(impatient, grade) for grade in ("medium", "low"))
    asked = 0
    for i, country in enumerate(SCENARIO.countries):
        for k in range(len(impatient)):
            if not (medium[k][i].alone["control"].holds or low[k][i].alone["control"].holds):
                assert found[country][k] == pytest.approx(-0.1 * stakes[k, i], abs=1e-15)
                asked += 1
    assert asked >= 1
