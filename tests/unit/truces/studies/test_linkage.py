"""Points of disagreement of bargains with and without the controls, each from the game or the set itself."""

import numpy as np
import pytest

from negotiation.disputes.posture_payoffs import posture_game
from negotiation.game_theory.solvers.bargaining.bargain import bargain
from negotiation.game_theory.solvers.bargaining.rules import (
    Egalitarian,
    KalaiSmorodinsky,
    NashBargaining,
    Rubinstein,
)
from negotiation.truces.studies.linkage import linkage_gains
from tests.us_china import SCENARIO as WORLD

CORE = WORLD.stage_game("core")
RULES = 5


@pytest.fixture(scope="module")
def found():
    return linkage_gains(WORLD)


def test_a_trade_war_is_everything_at_its_harshest_with_the_controls_on_the_table_and_off_it(found):
    # Levels that were only threatened are no part of it: the harshest that was in force, side by side.
    postures = WORLD.calm()
    for country in WORLD.countries:
        for name in WORLD.definition.sizes["core"].instruments:
            if name in WORLD.held(country):
                known = [level.label for level in WORLD.levels(country, name) if not level.threatened]
                postures = postures.after(country, {name: known[-1]})
    alone = posture_game(WORLD, {country: {} for country in WORLD.countries}, postures, WORLD.default_state)
    harshest = alone.payoffs[0, 0]
    war = found.under("trade war")
    assert len(war) == RULES
    for one in war:
        assert one.linked.disagreement == pytest.approx(harshest)
        assert one.unlinked.disagreement == pytest.approx(harshest)


def test_looking_one_period_ahead_is_the_same_on_both_tables(found):
    u = CORE.payoffs
    tol = [1e-9 * np.ptp(u[..., i]) for i in (0, 1)]
    stable = (u[..., 0] >= u[..., 0].max(axis=0, keepdims=True) - tol[0]) & (
        u[..., 1] >= u[..., 1].max(axis=1, keepdims=True) - tol[1]
    )
    worst = min(u[stable], key=sum)
    for one in found.under("stage equilibrium"):
        assert one.linked.disagreement == pytest.approx(worst)
        assert one.unlinked.disagreement == pytest.approx(worst)


NAMED = {
    "Nash": NashBargaining(), "Kalai-Smorodinsky": KalaiSmorodinsky(), "egalitarian": Egalitarian(),
    "Rubinstein": Rubinstein(), "Rubinstein, second proposes": Rubinstein(proposer=1),
}  # fmt: skip


def test_each_bargain_is_what_its_rule_picks_of_each_set_from_its_own_point(found):
    points = ("stage equilibrium", "worst equilibrium", "trade war")
    rules = list(NAMED.values())
    assert [(one.disagreement, one.rule) for one in found] == [(p, r.name) for p in points for r in rules]
    assert len(found) == len(points) * len(rules)
    for k, one in enumerate(found):
        rule = rules[k % len(rules)]
        for told, payoffs in ((one.linked, found.linked), (one.unlinked, found.unlinked)):
            assert told.payoffs == pytest.approx(bargain(payoffs, rule, told.disagreement).payoffs, abs=1e-9)
        assert one.gains == pytest.approx(one.linked.payoffs - one.unlinked.payoffs)
    # Who proposes matters, and which table.
    *_, first, second = found.under("trade war")
    assert first.linked.payoffs[0] > second.linked.payoffs[0]
    assert np.abs(first.gains).max() > 1e-3
