"""Claims that read the agreements, the record or the noise of clauses: by draw, side and place, once more."""

import math
from itertools import product

import numpy as np
import pytest

from negotiation.disputes.forms.tariff import import_market
from negotiation.disputes.parameter_draws import ParameterDraws, sobol_draws
from negotiation.game_theory.solvers.closed_forms.noisy_grim import NoisyIssue, linked_noisy_grim
from negotiation.truces.claims import claim
from negotiation.truces.claims.noise import false_alarm_and_detection, issue_numbers, linked_by_draw
from negotiation.truces.record.agreement_text import agreement_text
from negotiation.truces.record.state_trajectory import state_of_the_day
from negotiation.truces.theories import theory
from negotiation.truces.theories.common.game_batch import game_batch
from negotiation.truces.verdicts.agreements import truce
from tests.given_draws import GivenDraws
from tests.us_china import CENTRAL, SCENARIO

SIDES = SCENARIO.countries
FEW = sobol_draws(SCENARIO, 4, rng=11)
GENEVA, BUSAN = "2025-05-geneva", "2025-10-busan"


# --- tariffs -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "days", "sign"),
    [("tariffs_above_short_run_nash", 0.0, 1), ("tariffs_below_long_run_nash", math.inf, -1)],
)
def test_rates_of_geneva_stand_beside_what_each_side_would_choose(name, days, sign):
    """The best rate of a fine grid, by the importer's own payoff in the market of each draw, linear."""
    draws = sobol_draws(CENTRAL, 4, rng=11)
    found, stated = claim(name).inequalities(draws), {"USA": 0.511, "CHN": 0.326}
    grid = np.linspace(0.0, 3.0, 30_001)
    assert list(found) == list(SIDES)
    for side in SIDES:
        level = SCENARIO.instrument(side, "tariff").level(
            side, agreement_text(GENEVA).covered()[side, "tariff"]
        )
        assert level.value == pytest.approx(100 * stated[side])
        for k, one in enumerate(draws):
            market = import_market(one.case(side, "tariff", days=days))
            best = float(grid[np.argmax(market.own_payoff(grid))])
            if market.imports(best) > 0:
                assert found[side][k] == pytest.approx(sign * (stated[side] - best), abs=2e-4)
    assert found["USA"].tolist() != found["CHN"].tolist()


# --- enforcement -------------------------------------------------------------------------------------------


def margins(name, own):
    """What *moment* says at each draw by itself, in the game of some instruments on the day of signing."""
    text = truce(name)
    state = state_of_the_day(text, SCENARIO).likely
    return [theory("moment").judge(game_batch(text, one, state, instruments=own)) for one in FEW]


COVERED = {name: tuple(dict.fromkeys(n for _, n in truce(name).covered())) for name in (GENEVA, BUSAN)}
FREE = {
    name: tuple(n for n, one in SCENARIO.instruments.items() if one.leg == "control" and n not in covered)
    for name, covered in COVERED.items()
}


@pytest.mark.parametrize(
    ("name", "text", "own", "leg", "said"),
    [
        ("geneva_tariff_leg", GENEVA, COVERED, "tariff", "tariff"),
        ("busan_tariff_leg", BUSAN, COVERED, "tariff", "tariff"),
        ("busan_control_leg", BUSAN, COVERED, "control", "control"),
        ("geneva_control_leg", GENEVA, FREE, "control", "best free control"),
        ("busan_free_control", BUSAN, FREE, "control", "USA chip control"),
    ],
)
def test_a_leg_is_asked_of_what_the_text_covers_or_leaves_free_on_the_day(name, text, own, leg, said):
    found, sign = claim(name).inequalities(FEW), -1 if name == "geneva_control_leg" else 1
    assert list(found) == [said]
    expected = [sign * float(one[leg].margin[0]) for one in margins(text, own[text])]
    assert found[said] == pytest.approx(expected, rel=1e-9, abs=1e-15)
    assert len(set(found[said].tolist())) == len(FEW)


def test_all_that_is_covered_holds_where_no_harsher_departure_gains_in_any_leg():
    found = claim("busan_covered").inequalities(FEW)
    assert list(found) == list(SCENARIO.legs)
    for k, one in enumerate(margins(BUSAN, COVERED[BUSAN])):
        for leg, own in one.items():
            assert found[leg][k] == pytest.approx(float(own.joint[0]), rel=1e-9, abs=1e-15)


# --- noise -------------------------------------------------------------------------------------------------


def test_gains_and_stakes_are_of_one_side_s_breach_and_of_war_in_the_issue():
    u = np.random.default_rng(4).normal(size=(20, 4, 4, 2))
    found = issue_numbers(GivenDraws(u))
    for issue, at in (("tariff", 2), ("control", 1)):
        for k in range(20):
            gains = [u[k, at, 0, 0] - u[k, 0, 0, 0], u[k, 0, at, 1] - u[k, 0, 0, 1]]
            stakes = [u[k, 0, 0, i] - u[k, at, at, i] for i in (0, 1)]
            assert found[issue].gains[k] == pytest.approx([max(0.0, x) for x in gains])
            assert found[issue].stakes[k] == pytest.approx([max(0.0, x) for x in stakes])


def alarms(scenario, leg, grade):
    """Chances of an alarm after compliance and after a breach, from yearly numbers by plain arithmetic."""
    p, share = scenario.parameters, scenario.parameters["reaction_lag_days"] / 365
    slip = 1 - (1 - p[f"slip.{leg}.fractured"]) ** share
    misread, missed = 1 - (1 - p[f"signal.ambiguity.{grade}"]) ** share, p[f"signal.miss.{grade}"]
    return slip * (1 - missed) + (1 - slip) * misread, 1 - missed


@pytest.mark.parametrize(("leg", "grade"), [*product(("tariff", "control"), ("high", "medium", "low"))])
def test_alarms_are_those_of_fractured_agencies_in_the_leg(leg, grade):
    for one in FEW:
        assert false_alarm_and_detection(one, leg, grade) == pytest.approx(alarms(one, leg, grade))


@pytest.fixture(scope="module")
def noisy():
    """Draws that differ in patience, slips, the length of a period and what things are worth."""
    return ParameterDraws(
        SCENARIO,
        {
            "discount_factor_annual": np.array([0.9, 0.2, 1e-20, 0.6]),
            "reaction_lag_days": np.array([14.0, 9.0, 14.0, 20.0]),
            "slip.tariff.fractured": np.array([0.1, 0.3, 0.05, 0.4]),
            "slip.control.fractured": np.array([0.3, 0.05, 0.2, 0.6]),
            "security_weight": np.array([0.2, 0.8, 0.4, 0.6]),
        },
    )


@pytest.mark.parametrize(("name", "grade"), [("pooling_pays", "low"), ("pooling_pays_if_published", "high")])
def test_pooling_is_weighed_for_each_side_at_its_own_numbers(name, grade, noisy):
    found, numbers = claim(name).inequalities(noisy), issue_numbers(noisy)
    assert list(found) == list(SIDES)
    for k, one in enumerate(noisy):
        lag = one.parameters["reaction_lag_days"]
        delta = one.parameters["discount_factor_annual"] ** (lag / 365)
        for i, side in enumerate(SIDES):
            issues = {
                issue: NoisyIssue(float(numbers[issue].gains[k, i]), float(numbers[issue].stakes[k, i]),
                                  *alarms(one, issue, "high" if issue == "tariff" else grade))
                for issue in ("tariff", "control")
            }  # fmt: skip
            expected = linked_noisy_grim(issues, delta, max(1, round(42 / lag)))
            alone = sum(x.value for x in expected.alone.values() if x.holds)
            linked = expected.linked.value if expected.linked.holds else 0.0
            assert found[side][k] == pytest.approx(linked - alone, abs=1e-12), (side, k)
    assert len({round(float(x), 9) for x in np.concatenate(list(found.values()))}) > 3
    worth = {g: [s[0].alone["control"].value for s in linked_by_draw(noisy, g)] for g in ("low", "high")}
    assert worth["low"] != worth["high"]


def test_a_channel_is_worth_what_a_better_check_sustains_beyond_a_tenth_of_the_stake(noisy):
    """Also where patience is such that no clause is kept, however well it can be checked."""
    impatient = ParameterDraws(SCENARIO, {"discount_factor_annual": np.array([1e-200, 1e-100])})
    held = set()
    for draws, (i, side), k in product((noisy, impatient), enumerate(SIDES), (0, 1)):
        found, stakes = claim("consultation_pays").inequalities(draws), issue_numbers(draws)["control"].stakes
        medium, low = (linked_by_draw(draws, grade)[k][i].alone["control"] for grade in ("medium", "low"))
        worth = [float(one.value) if one.holds else 0.0 for one in (medium, low)]
        assert found[side][k] == pytest.approx(worth[0] - worth[1] - 0.1 * stakes[k, i], abs=1e-15)
        held |= {medium.holds, low.holds}
    assert held == {True, False}
