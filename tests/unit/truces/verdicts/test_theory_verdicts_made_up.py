"""Verdicts of theories: rows, words, tables and shares, with margins and draws that are made up."""

import numpy as np
import pytest
from scipy.stats import binom

import negotiation as ng
from negotiation.disputes import State
from negotiation.truces.verdicts import verdict as asking
from negotiation.truces.verdicts.drawn import share_interval
from negotiation.truces.verdicts.theory_verdicts import IdentifiedLeg, IdentifiedSet
from tests.us_china import SCENARIO

BUSAN = ng.truce("2025-10-busan")
HERE = State(stocks=1)


@pytest.mark.parametrize(("hits", "of"), [(0, 5), (3, 8), (64, 64), (11, 12)])
def test_the_interval_of_a_share_leaves_two_and_a_half_percent_on_either_side(hits, of):
    low, high = share_interval(hits, of)
    assert low == 0.0 if hits == 0 else binom.sf(hits - 1, of, low) == pytest.approx(0.025)
    assert high == 1.0 if hits == of else binom.cdf(hits, of, high) == pytest.approx(0.025)


def sample(states, **values):
    count = len(states)
    return asking.Sample(
        {name: np.array(column) for name, column in values.items()},
        np.linspace(0.9, 0.99, count), states, np.arange(1.0, count + 1.0),
    )  # fmt: skip


def test_a_leg_that_holds_under_no_theory_has_a_row():
    legs = (IdentifiedLeg("tariff", "all", ("moment",)), IdentifiedLeg("other", "none", ()))
    assert IdentifiedSet(legs).table().rows == (("tariff", "all", ("moment",)), ("other", "none", ()))


def test_draws_of_one_state_are_asked_together_each_with_its_own_numbers():
    asked = asking.question(BUSAN, SCENARIO, HERE, "small")
    states = [State(stocks=k % 2) for k in range(37)]
    lags = np.linspace(7.0, 30.0, 37)
    drawn, told = sample(states, reaction_lag_days=lags), []
    parts = [part for _, part, _ in asking.drawn_questions(asked, drawn, lambda *done: told.append(done))]
    assert [(part.state.stocks, len(part)) for part in parts] == [(0, 16), (0, 3), (1, 16), (1, 2)]
    assert told == [(16, 37), (19, 37), (35, 37), (37, 37)]
    order = [*range(0, 37, 2), *range(1, 37, 2)]
    for name, expected in (("delta", drawn.deltas), ("rounds", drawn.rounds)):
        assert np.concatenate([getattr(part, name) for part in parts]).tolist() == expected[order].tolist()
    found = np.concatenate([part.games.varied["reaction_lag_days"] for part in parts])
    assert found.tolist() == lags[order].tolist()
    assert {part.size for part in parts} == {"small"}


def test_a_state_that_is_given_is_held_over_all_draws():
    asked = {"size": "small", "theories": ["each for itself"], "rounds_a_year": 1.5}
    found = ng.verdict(BUSAN, SCENARIO, state=HERE, draws=4, **asked)
    assert (found.state.likely, dict(found.state.chances), found.draws) == (HERE, {}, 4)
    assert found.asked.rounds.tolist() == [1.5]
    assert (found.size, found.agreement, found.moving) == ("small", BUSAN.id, ())
    assert [one.share is None for one in ng.verdict(BUSAN, SCENARIO, state=HERE, **asked)] == [True] * 3
    told = []
    ng.verdict(BUSAN, SCENARIO, state=HERE, draws=4, progress=lambda *d: told.append(d), **asked)
    assert told[-1] == (4, 4)
