"""The theories that there are: their order, what each is known by, and what each can be asked."""

import numpy as np
import pytest

import negotiation as ng
from negotiation.truces.theories import UnknownTheory, theories, theories_by_name, theory
from negotiation.truces.theories.common.in_states import MovingQuestion
from negotiation.truces.theories.common.theory import InStates, Theory
from tests.unit.truces.theories.made_up import asked_about, scattered

NAMES = (
    "each for itself",
    "moment",
    "custom in kind",
    "shadow linkage",
    "renegotiation",
    "repeated negotiation",
)


def test_they_come_in_their_order_from_what_answers_least():
    assert tuple(theories_by_name()) == NAMES
    assert [one.name for one in theories()] == list(NAMES)
    assert [one.order for one in theories()] == [1, 2, 3, 4, 5, 6]
    assert len(theories()) == 6
    assert theories()["moment"] is theory("moment") is theories_by_name()["moment"]
    assert ng.theories().found == theories().found


def test_what_each_can_be_asked():
    every = theories_by_name()
    # Who answers nothing, and a custom, go on when the term of the text is over.
    assert {n for n, one in every.items() if not one.has_term} == {"each for itself", "custom in kind"}
    assert {n for n, one in every.items() if not one.in_time} == {"repeated negotiation"}
    moving = {"each for itself", "shadow linkage", "repeated negotiation"}
    assert {n for n, one in every.items() if one.in_states is not None} == moving
    # Where any strategy is allowed, that one fails does not show that nothing is kept.
    assert {n for n, one in every.items() if one.possible is not None} == {"shadow linkage"}
    assert every["shadow linkage"].in_states.possible is not None
    assert every["each for itself"].in_states.possible is None


def test_the_table_says_what_its_headings_say():
    table = theories().table()
    assert table.columns == ("theory", "phases", "outside the text", "after a departure")
    for row, one in zip(table.rows, theories(), strict=True):
        assert row == (one.name, one.phases, one.outside, one.off_path)
        assert len(set(row)) == 4


@pytest.mark.parametrize(("name", "near"), [("momnt", "moment"), ("shadow", "shadow linkage")])
def test_a_name_that_is_none_is_refused_with_the_nearest(name, near):
    with pytest.raises(UnknownTheory, match=f"no theory '{name}'; did you mean '{near}'"):
        theory(name)
    with pytest.raises(UnknownTheory):
        theories()[name]


def test_to_judge_is_to_take_the_least_of_each_leg():
    asked = asked_about(scattered(4), delta=(0.9, 0.5))
    rng = np.random.default_rng(0)
    margins = [rng.normal(size=(2, len(own))) for own in asked.changes]
    one = Theory("t", 9, "A.", "p", "o", "f", lambda given: margins if given is asked else None, None)
    alone = InStates(lambda moving: margins if moving.asked is asked else None, None)
    for found in (one.judge(asked), alone.judge(MovingQuestion(asked, None, ()))):
        assert list(found) == list(asked.scenario.legs)
        for leg in ("tariff", "control"):
            for d in (0, 1):
                least = min(
                    margins[i][d, k]
                    for i, own in enumerate(asked.changes)
                    for k, changed in enumerate(own)
                    if leg in {asked.leg_of(name) for name in changed}
                )
                assert found[leg].margin[d] == least
    assert (one.has_term, one.in_time, one.possible, one.in_states) == (True, True, None, None)


def test_what_each_says_of_itself_is_what_its_strategies_do():
    every = theories_by_name()
    assert {n for n, one in every.items() if one.phases == "none"} == {NAMES[0], NAMES[5]}
    assert {n for n, one in every.items() if one.off_path == "nothing"} == {NAMES[0]}
    assert {n for n, one in every.items() if one.phases == "one for each issue"} == {NAMES[2]}
    assert every["moment"].phases == "one, moved by breaches of the text"
    for name in ("shadow linkage", "renegotiation"):
        assert every[name].phases == "one, moved by any harsher level"
        assert every[name].outside == "kept as it was, answered everywhere"
    # Where nothing outside the text is answered it is at a stage equilibrium, and else as it was.
    rests = {n for n, one in every.items() if one.outside.startswith("the stage equilibrium")}
    assert rests == {"each for itself", "moment"}
    assert all(one.outside.startswith("kept as it was") for n, one in every.items() if n not in rests)
    assert theories().table().title == "what a text leaves out: theories"
    for one in every.values():
        assert one.statement.endswith(".")
        assert one.statement[0].isupper()
