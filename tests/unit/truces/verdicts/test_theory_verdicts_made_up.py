"""Verdicts of theories: rows, words, tables and shares, with margins and draws that are made up."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import binom

import negotiation as ng
from negotiation.disputes import State
from negotiation.truces.theories.common.dated import DatedMargins
from negotiation.truces.verdicts import verdict as asking
from negotiation.truces.verdicts.counts import Counts, share_interval
from tests.us_china import AGREEMENTS, SCENARIO

BUSAN = ng.truce("2025-10-busan")
HERE = State(stocks=1)


class Part:
    def __init__(self, size, names):
        self.size, self.names = size, names

    def __len__(self):
        return self.size

    def named(self, player, action, leg):
        return self.names[player, action, leg]


def judged(margins, players, actions, rational=None):
    """Margins that tell all questions apart: wider ones are less by 1, by date more by 1."""
    margin = np.array(margins, dtype=float)
    lasting = SimpleNamespace(
        leg="a", margin=margin, holds=margin >= 0, player=np.array(players), action=np.array(actions),
        any_harsher=margin - 1.0, any_change=margin - 2.0,
        rational=np.ones(len(margin), dtype=bool) if rational is None else np.array(rational),
    )  # fmt: skip
    return asking.Judged(lasting, DatedMargins(margin + 1.0, margin + 0.5, None))


def test_shares_are_over_all_parts_and_names_over_the_draws_in_which_a_leg_breaks():
    names = {(0, 3, "a"): ("USA x", "USA y"), (1, 4, "a"): ("CHN z",), (0, 5, "a"): ("USA y",)}
    one, two = Part(3, names), Part(1, names)
    found = asking._counted(
        [
            (
                one,
                {
                    "t": {"a": judged([1.5, -0.5, -2.0], [0, 0, 1], [3, 3, 4])},
                    "other": {"a": judged([1, -1, 1], [0, 0, 0], [3, 3, 3], [True, False, True])},
                },
            ),
            (two, {"t": {"a": judged([-1.0], [0], [5])}}),
        ]
    )
    assert set(found) == {("t", "a"), ("other", "a")}
    assert found["t", "a"].counts == Counts(4, 1, 1, 0, 3, 2, 0)
    # What breaks it most often first, then by name.
    assert list(found["t", "a"].named.items()) == [("USA y", 0.5), ("CHN z", 0.25), ("USA x", 0.25)]
    # A draw in which what is kept is not rational is neither for nor against.
    assert found["other", "a"].counts == Counts(2, 2, 2, 0, 2, 2, 1)
    assert dict(found["other", "a"].named) == {}


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


def test_draws_of_one_state_are_asked_together_each_with_its_own_numbers():
    asked = asking.question(BUSAN, SCENARIO, HERE, "small")
    states = [State(stocks=k % 2) for k in range(37)]
    lags = np.linspace(7.0, 30.0, 37)
    drawn, told = sample(states, reaction_lag_days=lags), []
    parts = [part for part, _ in asking.drawn_questions(asked, drawn, lambda *done: told.append(done))]
    assert [(part.state.stocks, len(part)) for part in parts] == [(0, 16), (0, 3), (1, 16), (1, 2)]
    assert told == [(16, 37), (19, 37), (35, 37), (37, 37)]
    order = [*range(0, 37, 2), *range(1, 37, 2)]
    for name, expected in (("delta", drawn.deltas), ("rounds", drawn.rounds)):
        assert np.concatenate([getattr(part, name) for part in parts]).tolist() == expected[order].tolist()
    found = np.concatenate([part.games.varied["reaction_lag_days"] for part in parts])
    assert found.tolist() == lags[order].tolist()
    assert {part.size for part in parts} == {"small"}


def test_draws_in_a_world_that_moves_are_asked_one_by_one():
    moving = asking.moving_question(BUSAN, SCENARIO, HERE, ["stocks"], "small", np.array([9.0]))
    drawn = sample([State(stocks=2), HERE, State(stocks=0)], reaction_lag_days=[7.0, 20.0, 30.0])
    told = []
    parts = [part for _, part in asking._moved_draws(moving, drawn, lambda *d: told.append(d))]
    assert [part.asked.state.stocks for part in parts] == [2, 1, 0]
    assert [float(part.asked.rounds[0]) for part in parts] == [1.0, 2.0, 3.0]
    lags = [part.asked.scenario.parameters["reaction_lag_days"] for part in parts]
    assert lags == [7.0, 20.0, 30.0]
    assert {(part.components, part.asked.size) for part in parts} == {(("stocks",), "small")}
    assert told[-1] == (3, 3)


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


def test_theories_are_asked_in_the_order_given_and_all_by_default():
    names = ["renegotiation", "each for itself"]
    found = ng.verdict(BUSAN, SCENARIO, size="small", state=HERE, theories=names)
    assert [one.theory for one in found][:2] == names
    assert [one.leg for one in found] == [leg for leg in SCENARIO.legs for _ in names]
    every = ng.verdict(BUSAN, SCENARIO, size="small", state=HERE)
    assert [one.theory for one in every][:6] == [one.name for one in ng.theories()]
    assert every.status == "complete"


def test_what_turns_each_verdict_stands_beside_whether_it_holds():
    found = ng.verdict(BUSAN, SCENARIO, state=HERE, size="small", theories=["moment", "each for itself"])
    assert {row.holds for row in found} == {True, False}
    assert [row[:3] for row in found.turns] == [(row.leg, row.theory, row.holds) for row in found]
    assert found.turns.agreement == BUSAN.id
    for leg, name, holds, turns in found.turns:
        assert found.turns.of(leg, name) == turns
        assert all(turn.holds != holds for turn in turns)


def test_an_agreement_is_asked_by_name_among_those_of_the_scenario_or_by_path():
    wider = BUSAN.with_clause("USA", "chip_control", "h20_stopped")
    more = SCENARIO.with_agreement(wider)
    asked = {"size": "small", "theories": ["moment"], "state": HERE}
    named, given = ng.verdict(wider.id, more, **asked), ng.verdict(wider, SCENARIO, **asked)
    assert named.agreement == given.agreement == wider.id
    assert [one.margin for one in named] == [one.margin for one in given]
    assert named.asked.terms["USA", "chip_control"] == "h20_stopped"
    path = str(AGREEMENTS / f"{BUSAN.id}.toml")
    assert [one.margin for one in ng.verdict(path, **asked)] == [
        one.margin for one in ng.verdict(BUSAN, SCENARIO, **asked)
    ]
