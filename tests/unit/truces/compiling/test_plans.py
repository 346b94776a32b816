"""Plans, clocks and punishments of invented texts: phases, chances and equilibria by hand."""

import numpy as np
import pytest

import negotiation as ng
from negotiation.disputes.quantity import Quantity
from negotiation.game_theory.games import StageGame
from negotiation.truces.compiling.compiler import term_of
from negotiation.truces.compiling.plan import OFF, Factor, Plan, answer_levels, least_equilibrium
from tests.us_china import SCENARIO

GENEVA, STOCKHOLM = (ng.truce(n) for n in ("2025-05-geneva", "2025-08-stockholm"))
ALARMS = {"tariff": "t", "control": "c"}


def plan(periods):
    factors = (Factor(("tariff",), frozenset({"t"})), Factor(("control",), frozenset({"c", "t"})))
    kept = {("USA", "tariff"): "low", ("USA", "chip_control"): "none"}
    answers = {"tariff": {("USA", "tariff"): "high"}, "control": {("USA", "chip_control"): "all"}}
    return Plan(kept, answers, {("USA", "tariff"): "peak"}, factors, ALARMS, periods)


@pytest.mark.parametrize(
    ("phase", "alarms", "after"),
    [
        ((0, 0), set(), (0, 0)),
        ((0, 0), {"t"}, (3, 3)),
        ((0, 0), {"c"}, (0, 3)),
        ((3, 0), set(), (2, 0)),
        ((2, 1), {"t", "c"}, (1, 0)),  # an answer runs its course whatever is seen, and ends in calm
        ((0, 1), {"c"}, (0, 0)),
        ((1, 0), {"c"}, (0, 3)),
    ],
)
def test_an_answer_of_three_periods_runs_down(phase, alarms, after):
    assert plan(3).after(phase, frozenset(alarms)) == after


def test_an_answer_for_ever_stays_and_an_answer_of_one_period_is_over_in_the_next():
    assert plan(None).after((0, 0), frozenset({"c"})) == (0, OFF)
    assert plan(None).after((0, OFF), frozenset()) == (0, OFF)
    assert plan(1).after((0, 0), frozenset({"c"})) == (0, 1)
    assert plan(1).after((0, 1), frozenset()) == (0, 0)


def test_a_text_has_its_own_clock_and_renewal_before_those_of_what_it_amends():
    lag = SCENARIO.parameters["reaction_lag_days"]
    changed = STOCKHOLM.model_copy(update={"clock_days": 28})
    assert term_of(changed, SCENARIO, "counted").periods == round(28 / lag)
    silent = STOCKHOLM.model_copy(update={"clock_days": 0})
    assert term_of(silent, SCENARIO, "counted").periods == round(GENEVA.clock_days / lag)
    stated = Quantity.model_construct(value=0.3)
    assert term_of(GENEVA, SCENARIO, "counted").renewal == SCENARIO.renewal
    for renewal, found in ((stated, 0.3), ("by play", None)):
        text = GENEVA.model_copy(update={"renewal": renewal})
        assert term_of(text, SCENARIO, "counted").renewal == found


def test_each_kind_of_linkage_has_its_own_answer():
    labels = ["a=0 b=0", "a=1 b=0", "a=0 b=1", "a=1 b=1", "a=2 b=0", "a=2 b=1"]
    # The first player's payoff alone counts: b=1 pays it 1, a=1 costs 1 and a=2 pays 2.
    worth = {"0": 0.0, "1": -1.0, "2": 2.0}
    own = [worth[label[2]] + float(label[-1]) for label in labels]
    stage = StageGame(np.array([[(x, 0.0)] for x in own]), ("USA", "CHN"), [labels, ["c=0"]])
    kept = {("USA", "a"): "0", ("USA", "b"): "0", ("CHN", "c"): "0"}
    issues = {"tariff": [("USA", "a")], "control": [("USA", "b")]}
    found = {kind: answer_levels(stage, kept, kept, kind, issues)
             for kind in ("none", "within_issue", "proportionate", "all_or_nothing")}  # fmt: skip
    assert found["none"] == {"tariff": {}, "control": {}}
    # One step is a step, whether it pays or not; the equilibrium of an issue is what pays in it.
    assert found["proportionate"] == {"tariff": {("USA", "a"): "1"}, "control": {("USA", "b"): "1"}}
    assert found["within_issue"] == {"tariff": {("USA", "a"): "2"}, "control": {("USA", "b"): "1"}}
    assert found["all_or_nothing"] == found["within_issue"]


def test_the_worst_equilibrium_of_a_part_does_not_go_below_the_bound_though_it_is_kept_there():
    labels = ["a=0", "a=1", "a=2"]
    stage = StageGame(np.array([[(3.0, 0.0)], [(2.0, 0.0)], [(1.0, 0.0)]]), ("USA", "CHN"), [labels, ["c=0"]])
    kept = {("USA", "a"): "0", ("CHN", "c"): "0"}
    for bound, level in (("0", "0"), ("1", "1"), ("2", "2")):
        found = least_equilibrium(stage, kept, {("USA", "a"): bound}, [("USA", "a")])
        assert found == {("USA", "a"): level}
    assert least_equilibrium(stage, kept | {("USA", "a"): "1"}, {}, []) == {}


def test_where_issues_work_together_the_answer_of_all_is_not_that_of_each():
    """Both harsher pay, either alone costs: so nothing is gained in an issue whose other one is kept."""
    labels = ["a=0 b=0", "a=1 b=0", "a=0 b=1", "a=1 b=1"]
    stage = StageGame(np.array([[(x, 0.0)] for x in (1.0, 0.0, 0.5, 3.0)]), ("USA", "CHN"), [labels, ["c=0"]])
    kept = {("USA", "a"): "0", ("USA", "b"): "0", ("CHN", "c"): "0"}
    issues = {"tariff": [("USA", "a")], "control": [("USA", "b")]}
    found = {kind: answer_levels(stage, kept, kept, kind, issues)
             for kind in ("none", "within_issue", "proportionate", "all_or_nothing")}  # fmt: skip
    assert found["none"] == {"tariff": {}, "control": {}}
    assert found["within_issue"] == {"tariff": {("USA", "a"): "0"}, "control": {("USA", "b"): "0"}}
    for kind in ("all_or_nothing", "proportionate"):
        assert found[kind] == {"tariff": {("USA", "a"): "1"}, "control": {("USA", "b"): "1"}}
