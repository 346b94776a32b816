import numpy as np
import pytest

from negotiation.errors import UnknownComponent, UnknownState
from negotiation.world import State, load_scenario, transition
from negotiation.world.components import SIZES
from negotiation.world.files.state_rules import StateRules
from negotiation.world.state import Motion, period_probability

SCENARIO = load_scenario("us-china-2025")
M = SCENARIO.motion


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


@pytest.mark.parametrize("component", SIZES)
@pytest.mark.parametrize("step", [-1, 4, 0.5, "2", None])
def test_a_step_outside_its_component_is_refused(component, step):
    with pytest.raises(UnknownState, match=f"{component}={step}.*Known: 0, 1"):
        State(**{component: step})


def test_stocks_last_until_they_are_gone():
    assert [State(stocks=step).stocks_last for step in range(3)] == [False, True, True]


def test_dependence_reads_its_own_step():
    low, middle, full = (SCENARIO.share("curb_dependence", State(curb_dependence=k)) for k in range(3))
    assert (low, middle, full) == (0.5, 0.65, 0.8)
    changed = SCENARIO.with_parameters({"state.chip_dependence.middle": 0.6})
    assert changed.share("control_dependence", State(control_dependence=1)) == 0.6
    assert changed.share("curb_dependence", State(control_dependence=1)) == 0.8
    with pytest.raises(UnknownComponent, match="Known: control_dependence, curb_dependence"):
        SCENARIO.share("stocks", State())


def test_what_a_dispute_has_not_stays_where_it_is():
    bare = Motion(StateRules(stocks=M.rules.stocks), M.parameters)
    moved = transition(State(2, 1, 1, 3, 1), True, True, bare)
    assert {(z.curb_dependence, z.control_dependence, z.clock, z.authority) for z in moved} == {(2, 1, 3, 1)}
    assert marginal(moved, "stocks") == marginal(transition(State(2, 1, 1, 3, 1), True, True, M), "stocks")


def test_a_probability_compounds_to_the_year():
    assert 1 - (1 - period_probability(0.3, 73.0)) ** 5 == pytest.approx(0.3)
    assert period_probability(1.0, 7.0) == 1.0


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


def test_full_stocks_last_their_days_under_a_curb():
    assert expected_days("stocks", 2, 0, curb=True) == pytest.approx(75.0)


def test_empty_stocks_fill_in_their_days():
    assert expected_days("stocks", 0, 2) == pytest.approx(150.0)


@pytest.mark.parametrize("days", [90.0, 365.0])
def test_a_truce_that_is_never_renewed_lasts_its_term(days):
    motion = with_values(truce_days=days, renewal_probability=0.0)
    assert expected_days("clock", 3, 0, motion=motion) == pytest.approx(days)


def test_renewal_lengthens_a_truce_by_the_number_of_terms():
    # A term is renewed with probability 3/4: four terms on average.
    motion = with_values(renewal_probability=0.75)
    assert expected_days("clock", 3, 0, motion=motion) == pytest.approx(4 * 90.0)


def test_tariff_authority_lasts_its_hazard():
    chances = marginal(transition(State(), False, False, M), "authority")
    assert 1 - chances[1] ** (365 / 14) == pytest.approx(0.3)


def test_what_is_over_stays_over():
    moved = transition(State(0, 0, 0, 0, 0), True, True, M)
    assert moved == {State(0, 0, 0, 0, 0): 1.0}


def test_components_move_independently():
    moved = transition(State(2, 1, 1, 1, 1), True, True, M)
    for state, chance in moved.items():
        product = 1.0
        for component in SIZES:
            product *= marginal(moved, component)[getattr(state, component)]
        assert chance == pytest.approx(product)
