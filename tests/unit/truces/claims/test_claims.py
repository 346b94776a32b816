"""The contract of every claim about the truces, and what single claims say where the answer is known."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from negotiation.disputes.parameter_draws import ParameterDraws, central_draw, sobol_draws
from negotiation.game_theory.solvers.closed_forms.restraint import restraint_thresholds
from negotiation.game_theory.solvers.thresholds.renegotiation import least_weakly_renegotiation_proof
from negotiation.strategies import grim_trigger
from negotiation.truces.claims import UnknownClaim, claim, claims
from negotiation.truces.claims.coverage import DAYS, FULL, payoffs_on
from negotiation.truces.claims.small_game import small_levels, small_payoffs, thresholds, weapons
from negotiation.truces.claims.table import claims_table
from negotiation.truces.record.state_trajectory import recorded_use, trajectory
from tests.us_china import SCENARIO
from tests.weapons import weapons_game

FEW = sobol_draws(SCENARIO, 16, rng=1)
NAMES = tuple(claims())
DOCS = Path(__file__).parents[4] / "docs"
RECORD, PAGE = DOCS / "decisions/0013-claims-before-the-run.md", DOCS / "explanation/claims.md"


def cells(page, columns, number):
    """Return the rows of a page's table of so many columns that have a number in one of them."""
    rows = [[cell.strip(" `") for cell in line.split("|")[1:-1]] for line in page.read_text().splitlines()]
    return [row for row in rows if len(row) == columns and row[number].isdigit()]


def test_sentences_are_those_of_the_page_that_was_written_before_the_run():
    written, before = {}, ""
    for name, number, told in cells(RECORD, 3, 1):
        sentence = told.removeprefix("Added later, in decision 0038: ")
        sentence = sentence[0].upper() + sentence[1:]
        if told == "The same for China.":
            sentence = before.replace("the USA's payoff", "China's payoff")
        if told.startswith("The same on "):
            sentence = before.replace("12 May 2025", told.removeprefix("The same on ").rstrip("."))
        else:
            before = sentence
        written[name] = (int(number), sentence)
    # Told as the same with another clause.
    one = claim("pooling_pays_if_published")
    assert written.pop(one.name) == (6, "The same with a control clause of high verifiability.")
    assert "with control clauses as verifiable as tariff clauses" in one.statement
    assert one.statement.startswith("At fractured slips, ")
    assert one.statement.partition("an all")[2] == claim("pooling_pays").statement.partition("an all")[2]
    said = {n: (c.number, c.statement) for n, c in claims().items() if c is not one}
    assert said == written, f"each is first written into {RECORD.name}, word for word"


def test_claims_come_by_question_then_place_as_on_the_page_of_their_shares():
    places = [(c.number, c.order) for c in claims().values()]
    numbers = Counter(number for number, _ in places)
    assert places == [(number, k + 1) for number in sorted(numbers) for k in range(numbers[number])]
    assert [(int(row[0]), row[1]) for row in cells(PAGE, 6, 0)] == [
        (c.number, n) for n, c in claims().items()
    ], f"each has a row of {PAGE.name}, in its place"
    legs = {"geneva_tariff_leg", "busan_tariff_leg", "busan_control_leg", "busan_covered"}
    assert {name for name, one in claims().items() if one.weak} == legs
    assert {(one.number, one.draws) for one in claims().values() if one.draws} == {(4, 1024), (10, 256)}
    with pytest.raises(UnknownClaim, match="no claim 'clock_honest'; did you mean 'clocks_honest'"):
        claim("clock_honest")


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_a_claim_is_measured_draw_by_draw_and_by_the_parameters_that_it_names(name):
    one, few = claim(name), FEW.take(range(4))
    inequalities, margins = one.inequalities(few), one.measure(few)
    missing = np.isnan(margins)
    for values in inequalities.values():
        assert values.shape == (len(few),)
        assert (np.isnan(values) == missing).all()
    some = np.array([3, 0, 2])
    np.testing.assert_array_equal(one.measure(few.take(some)), margins[some])
    needed = one.needs(SCENARIO)
    assert needed
    assert one.notes
    away = {n: q.high for n, q in SCENARIO.quantities.items() if n not in needed}
    # Up to rounding: what cancels in a difference of payoffs leaves its last digit.
    np.testing.assert_allclose(one.measure(few.replaced(away)), margins, rtol=1e-9, atol=1e-12)
    same = ParameterDraws(SCENARIO, {"security_weight": np.full(1, SCENARIO.parameters["security_weight"])})
    central = one.measure(central_draw(SCENARIO))
    np.testing.assert_allclose(one.measure(same), central, rtol=1e-12, equal_nan=True)


@pytest.mark.long
def test_the_table_is_the_same_for_the_same_seed_and_widens():
    names = ["leverage_outweighs_gain", "restraint_not_renegotiation_proof", "weapon_of_2023"]
    one, other = (claims_table(SCENARIO, 64, 5, names=names) for _ in range(2))
    assert str(one) == str(other)
    wider = claims_table(SCENARIO, 128, 5, names=names)
    for few, many in zip(one, wider, strict=True):
        np.testing.assert_array_equal(few.margins, many.margins[:64])
    assert [r.low <= r.share <= r.high for r in wider] == [True] * 3
    assert wider["restraint_not_renegotiation_proof"].applies < 128
    elsewhere = claims_table(SCENARIO, 64, 6, names=names[0])[names[0]]
    assert elsewhere.margins.tolist() != one[names[0]].margins.tolist()
    with pytest.raises(UnknownClaim, match="no checked claim 'clocks_honest'"):
        one["clocks_honest"]


def test_restraint_agrees_with_the_closed_form():
    drawn = sobol_draws(SCENARIO, 256, rng=2)
    # At the ranges hardly any draw fails; with a twentieth of the harm many do.
    weak = drawn.replaced({"rare_earth_curb.harm": drawn.number("rare_earth_curb.harm") / 20})
    answers = set()
    for draws in (drawn, weak):
        case = weapons(small_payoffs(draws))
        gains, harms = np.stack([case.gain, -case.cost], 1), np.stack([case.harm, case.loss], 1)
        closed = restraint_thresholds(gains, harms).max(axis=1)
        holds = claim("restraint_sustainable").holds(draws)
        np.testing.assert_array_equal(holds, draws.discount_factor > closed)
        answers |= set(holds.tolist())
    assert answers == {True, False}


def test_what_holds_restraint_is_not_renegotiation_proof_by_the_solver_either():
    applies = np.flatnonzero(np.isfinite(claim("restraint_not_renegotiation_proof").measure(FEW)))
    case = weapons(small_payoffs(FEW))
    assert len(applies) >= 4
    for k in applies[:4]:
        game = weapons_game(
            [float(case.gain[k]), -float(case.cost[k])], [float(case.harm[k]), float(case.loss[k])]
        )
        grim = grim_trigger(game, ("keep", "keep"), ("use", "use"))
        assert not least_weakly_renegotiation_proof(game, grim).intervals


def test_the_day_of_an_agreement_is_the_trajectory_by_hand():
    """One draw: mix the payoffs of all states by the trajectory's probabilities."""
    draws, day = sobol_draws(SCENARIO, 2, rng=4), DAYS["Busan"]
    one = draws.at(0)
    on = trajectory(one, recorded_use(one)).on(day)
    expected = np.zeros((4, 4, 2))
    for d, c, stocks in np.ndindex(3, 3, 3):
        chance = on["curb_dependence"][d] * on["control_dependence"][c] * on["stocks"][stocks]
        state = type(one.default_state)(curb_dependence=d, control_dependence=c, stocks=stocks)
        expected += chance * one.stage_game("small", state=state).payoffs
    np.testing.assert_allclose(payoffs_on(draws, day)[0], expected, rtol=1e-9, atol=1e-12)


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
    found = claim(f"coverage_at_{place.lower()}").inequalities(FEW)
    assert found["without the curb it does not hold"] == pytest.approx(needed - delta, abs=1e-6)
    assert found["with the curb it holds"] == pytest.approx(delta - thresholds(payoffs_on(FEW, DAYS[place])))
    assert len(set(needed.round(6))) > 3  # at these draws it is told apart from other games
