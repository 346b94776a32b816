from datetime import date

import numpy as np
import pytest

from negotiation.disputes import State, load_scenario, transition
from negotiation.disputes.components import SIZES
from negotiation.disputes.parameter_draws import sobol_draws
from negotiation.disputes.state import Motion
from tests.us_china import CENTRAL

M = CENTRAL.motion


def with_values(**changes):
    """Return the motion with some parameters of the state changed."""
    values = {f"state.{name}": value for name, value in changes.items()}
    return Motion(M.rules, M.parameters.with_values(values))


def marginal(moved, component):
    chances = {}
    for state, chance in moved.items():
        step = getattr(state, component)
        chances[step] = chances.get(step, 0.0) + chance
    return chances


def expected_days(component, start, stop, *, curb=False, motion=M):
    """Days until a component first reaches a step, from the one-step probabilities."""
    steps = [step for step in range(SIZES[component]) if step != stop]
    stay = np.zeros((len(steps), len(steps)))
    for row, step in enumerate(steps):
        chances = marginal(transition(State(**{component: step}), curb, False, motion), component)
        for column, after in enumerate(steps):
            stay[row, column] = chances.get(after, 0.0)
    periods = np.linalg.solve(np.eye(len(steps)) - stay, np.ones(len(steps)))
    return periods[steps.index(start)] * motion.lag


def test_dependence_falls_with_its_hazard_and_faster_under_use():
    for used, annual in ((False, 0.1), (True, 0.4)):
        chances = marginal(transition(State(), used, False, M), "curb_dependence")
        assert 1 - chances[2] ** (365 / 14) == pytest.approx(annual)
        chances = marginal(transition(State(), False, used, M), "control_dependence")
        assert 1 - chances[2] ** (365 / 14) == pytest.approx(annual)


def test_the_curb_does_not_spend_chip_leverage_nor_the_control_rare_earth_leverage():
    idle = transition(State(), False, False, M)
    assert marginal(transition(State(), True, False, M), "control_dependence") == pytest.approx(
        marginal(idle, "control_dependence")
    )
    assert marginal(transition(State(), False, True, M), "curb_dependence") == pytest.approx(
        marginal(idle, "curb_dependence")
    )


def test_full_stocks_last_their_days_under_a_curb_and_empty_ones_fill_in_theirs():
    assert expected_days("stocks", 2, 0, curb=True) == pytest.approx(75.0)
    assert expected_days("stocks", 0, 2) == pytest.approx(150.0)


@pytest.mark.parametrize("days", [90.0, 365.0])
def test_a_truce_that_is_never_renewed_lasts_its_term(days):
    motion = with_values(truce_days=days, renewal_probability=0.0)
    assert expected_days("clock", 3, 0, motion=motion) == pytest.approx(days)


def test_renewal_lengthens_a_truce_by_the_number_of_terms():
    # A term is renewed with probability 3/4: four terms on average.
    motion = with_values(renewal_probability=0.75)
    assert expected_days("clock", 3, 0, motion=motion) == pytest.approx(4 * 90.0)


def test_components_move_independently():
    moved = transition(State(2, 1, 1, 1, 1), True, True, M)
    for state, chance in moved.items():
        chances = 1.0
        for component in SIZES:
            chances *= marginal(moved, component)[getattr(state, component)]
        assert chance == pytest.approx(chances)


# --- dependence by year ------------------------------------------------------------------------------------

FULL_SHARE = "state.rare_earth_dependence.full"


@pytest.mark.parametrize(("year", "share"), [(2019, 0.80), (2023, 0.74), (2025, 0.70)])
def test_the_harm_of_the_curb_follows_the_share_of_the_year(year, share):
    """h = h_max (d / d_max)^eta by hand: 0.5 percent of GDP at the greatest share, an exponent of two."""
    there = load_scenario("us-china-2025", "central", date(year, 7, 1))
    assert there.parameters[FULL_SHARE] == there.share("curb_dependence", State()) == share
    harm = there.effects("CHN", "rare_earth_curb", State(stocks=0)).other
    assert harm == pytest.approx(-0.5 * (share / 0.8) ** 2 * np.array([0.0, 0.3, 0.93, 1.0]))


def test_draws_of_another_day_keep_their_place_in_the_range():
    draws = sobol_draws(CENTRAL, 16)
    then = draws.as_of(date(2023, 7, 1))
    now_range, then_range = CENTRAL.quantities[FULL_SHARE], then.scenario.quantities[FULL_SHARE]
    place = (draws.number(FULL_SHARE) - now_range.low) / (now_range.high - now_range.low)
    again = (then.number(FULL_SHARE) - then_range.low) / (then_range.high - then_range.low)
    assert again == pytest.approx(place)
    assert (then.number(FULL_SHARE) > draws.number(FULL_SHARE)).all()
    assert (then.number("rare_earth_curb.harm") == draws.number("rare_earth_curb.harm")).all()


@pytest.mark.parametrize("harm", [0.1, 0.3, 0.5, 1.7, 2.0])
def test_what_is_learned_does_not_change_what_is_expected(harm):
    world = CENTRAL.with_parameters({"rare_earth_curb.harm": harm})
    moved = transition(State(), True, False, world.motion, ["belief"])
    used = {"rare_earth_curb": ["licences_flow", "october_package"], "chip_control": ["licensed"]}

    def loss(state):
        game = world.stage_game(state=state, levels={("CHN", "rare_earth_curb"): used["rare_earth_curb"]})
        return game.payoffs[0, 0, 0] - game.payoffs[0, 1, 0]

    expected = sum(chance * loss(state) for state, chance in moved.items())
    assert expected == pytest.approx(loss(State()), rel=1e-12)


def test_what_a_dispute_has_no_component_for_is_full_and_in_force():
    state = load_scenario("japan-korea-2019").default_state
    assert (state.curb_dependence, state.control_dependence, state.authority) == (2, 2, 1)
