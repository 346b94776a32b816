from dataclasses import replace

import numpy as np
import pytest

import negotiation as ng
from negotiation.truces.studies.negotiated_anew import Relations, negotiated_anew, with_clock
from tests.us_china import SCENARIO

FULL = replace(SCENARIO.default_state, stocks=2)


@pytest.fixture(scope="module")
def found():
    return negotiated_anew(SCENARIO, chances=[0.0, 0.1, 1.0], size="small")


@pytest.fixture(scope="module")
def relations():
    return Relations(SCENARIO, FULL, "small")


@pytest.mark.long
def test_where_nothing_agreed_lasts_it_does_not_matter_what_is_agreed_on(found):
    last = found.rows[-1]
    assert last.chance == 1.0
    assert np.abs(last.changes["controls"]).max() < 1e-9
    assert np.abs(last.changes["dependence"]).max() < 1e-9
    assert last.share("controls", 0) == last.lost("controls", 0) == 0.0


def test_controls_in_the_bargain_never_make_both_poorer(found):
    for row in found:
        assert (row.changes["controls"].sum(axis=1) >= -1e-9).all()


def test_each_column_of_the_table_has_a_name(found):
    table = found.table()
    assert {len(row) for row in table.rows} == {len(table.columns)} == {2 + 2 * 2 + 1}


def test_a_clock_changes_nothing_where_nothing_is_bargained_anew_anyway(found):
    assert np.abs(found.rows[0].changes["clock"]).max() < 1e-8
    assert np.abs(found.rows[1].changes["clock"]).max() > 1e-3


def test_without_bargaining_anew_these_are_the_subgame_perfect_payoffs(found, relations):
    one = ng.equilibrium_payoffs(relations.whole, transfers=True)[FULL.label]
    middle = one.threats + (one.joint - one.threats.sum()) / 2
    assert found.rows[0].negotiated[0] == pytest.approx(middle, abs=1e-6)


def test_each_equilibrium_behind_it_passes_the_independent_check(relations):
    over = ng.negotiation_equilibrium(relations.whole, negotiation_probability=0.1)
    assert ng.verify(relations.whole, over).holds
    for game, chance in (
        (relations.outside, 0.1),
        (relations.authority, 0.1),
        (relations.precedent, 0.0),
        (with_clock(SCENARIO, FULL, 365.0, over, "small"), 0.0),
    ):
        one = ng.negotiation_equilibrium(game, negotiation_probability=chance)
        assert one.status == "complete"
        assert ng.verify(game, one).holds


def test_after_the_clock_has_ended_the_relation_is_worth_what_it_is_without_one(relations):
    over = ng.negotiation_equilibrium(relations.whole, negotiation_probability=0.1)
    game = with_clock(SCENARIO, FULL, 365.0, over, "small")
    found = ng.negotiation_equilibrium(game, negotiation_probability=0.0)
    worst = 0.1 * over.bargained + 0.9 * over.worst
    for k, label in enumerate(over.game.states):
        assert found.joint_payoffs[label] == pytest.approx(over.joint[k], rel=1e-9)
        assert tuple(found.punishments[label]) == pytest.approx(tuple(worst[k]), rel=1e-9, abs=1e-9)
