"""The theories that there are: their order, what each is known by, and what each can be asked."""

import numpy as np
import pytest

import negotiation as ng
from negotiation.truces.theories import UnknownTheory, theories, theories_by_name, theory
from negotiation.truces.theories.common.in_states import MovingQuestion
from negotiation.truces.theories.common.legs import Departures, legs_of
from negotiation.truces.theories.common.theory import InStates, Theory
from tests.unit.truces.theories.made_up import asked_about, scattered


def test_they_come_in_their_order_from_what_answers_least():
    assert [one.name for one in theories()] == list(theories_by_name())
    assert [one.order for one in theories()] == [*range(1, len(theories()) + 1)]
    assert theories()["moment"] is theory("moment") is theories_by_name()["moment"]
    assert ng.theories().found == theories().found


@pytest.mark.parametrize(("name", "near"), [("momnt", "moment"), ("shadow", "shadow linkage")])
def test_a_name_that_is_none_is_refused_with_the_nearest(name, near):
    with pytest.raises(UnknownTheory, match=f"no theory '{name}'; did you mean '{near}'"):
        theory(name)
    with pytest.raises(UnknownTheory):
        theories()[name]


def test_to_judge_is_to_ask_of_each_leg_what_departures_are_worth_and_in_states_the_least():
    asked = asked_about(scattered(4), delta=(0.9, 0.5))
    rng = np.random.default_rng(0)
    own = [rng.normal(size=(2, len(changes))) for changes in asked.changes]
    worth = [Departures(x, 0.0 * x, x < 9.0, np.ones(2, dtype=bool)) for x in own]
    one = Theory("t", 9, "A.", "p", "o", "f", lambda given: worth if given is asked else None, None)
    states = InStates(lambda _: dict.fromkeys(asked.scenario.legs, worth), None)
    found, moved = one.judge(asked), states.judge(MovingQuestion(asked, None, ()))
    assert list(found) == list(moved) == list(asked.scenario.legs)
    for leg, expected in legs_of(asked, worth).items():
        assert found[leg].margin.tolist() == expected.margin.tolist()
        assert moved[leg].margin.tolist() == [expected.margin.min()]
        assert moved[leg].any_change.tolist() == [expected.any_change.min()]
    assert (one.ending, one.possible, one.in_states) == (None, None, None)
    assert (one.in_time, one.checked) == (True, "leg")
