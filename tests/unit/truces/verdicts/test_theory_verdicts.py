import numpy as np
import pytest
from scipy.stats import binom

import negotiation as ng
from negotiation.disputes import State
from negotiation.truces.studies.lag_and_path import lag_and_path
from negotiation.truces.verdicts import verdict as asking
from negotiation.truces.verdicts.drawn import share_interval
from negotiation.truces.verdicts.theory_verdicts import Turns
from tests.us_china import SCENARIO


@pytest.fixture(scope="module")
def scenario():
    return ng.load_scenario("us-china-2025")


@pytest.fixture(scope="module")
def geneva(scenario):
    return ng.verdict("2025-05-geneva", scenario, size="core", draws=16)


def test_what_a_verdict_turns_on_turns_it():
    scenario = ng.load_scenario("us-china-2025", "central")
    found = ng.verdict("2025-05-geneva", scenario, theories=["each for itself"], size="core")
    (turn, *_) = found.turns.of("control", "each for itself")
    (name,), (at,) = turn.names, turn.at
    quantity = scenario.quantities[name]
    step = 0.02 * (quantity.high - quantity.low)
    sides = [
        ng.verdict(
            "2025-05-geneva",
            scenario.with_parameters({name: value}),
            theories=["each for itself"],
            size="core",
        ).find("control", "each for itself")
        for value in (at - step, at + step)
    ]
    assert sides[0].holds != sides[1].holds
    outer = sides[0] if turn.where == "below" else sides[1]
    assert outer.holds == turn.holds != found.find("control", "each for itself").holds
    inside = (at - quantity.low) / (quantity.high - quantity.low)
    below = inside if turn.where == "below" else 1.0 - inside
    assert turn.share == pytest.approx(below if turn.holds else 1.0 - below)


@pytest.mark.long
def test_shares_are_the_share_of_draws_at_which_the_leg_holds_when_solved_one_by_one(scenario):
    state = ng.State(stocks=1)
    one_pace = {"state": state, "size": "core", "rounds_a_year": 4.0}
    asked = ng.verdict("2025-10-busan", scenario, draws=8, rng=3, **one_pace)
    from negotiation.disputes.parameter_draws import sobol_draws

    draws = sobol_draws(scenario, 8, np.random.default_rng(3))
    alone = [ng.verdict("2025-10-busan", one, **one_pace) for one in draws]
    for row in asked:
        found = [one.find(row.leg, row.theory) for one in alone]
        sound = [one for one in found if one.rational]
        for name in ("any_harsher", "any_change", "dated", "last"):
            assert row.drawn.hits(name) == sum(getattr(one, name) >= 0.0 for one in sound)
        assert row.drawn.margin == pytest.approx([one.margin for one in found], rel=1e-9, abs=1e-12)
        assert row.drawn.rational.tolist() == [one.rational for one in found]
        assert row.share == (sum(one.holds for one in sound) / len(sound) if sound else None)


def test_best_punishments_hold_whatever_proof_answers_hold(geneva):
    for leg in ("tariff", "control", "other"):
        proof, best = (geneva.find(leg, name) for name in ("renegotiation", "shadow linkage"))
        ours, theirs = best.drawn, proof.drawn
        assert (ours.irrational, ours.hits()) >= (theirs.irrational, theirs.hits())
        assert best.holds or not proof.holds


BUSAN = ng.truce("2025-10-busan")
HERE = State(stocks=1)
REFUSED = {
    "leave out `moving`, `remedy` and `noise`": lambda _: ng.verdict(BUSAN, remedy="as written").turns,
    "no leg 'tarif under moment'": lambda _: Turns("", (("tariff", "moment", True, ()),)).of(
        "tarif", "moment"
    ),
    "no way to count 'x'": lambda asked: asked.counting("x"),
    "no theory 'momentum'": lambda _: lag_and_path(BUSAN, SCENARIO, theories=iter(["momentum"])),
    "`scenario` must be a Scenario": lambda _: BUSAN.joining(3),
    "`quiet` must be a QuietTimes": lambda _: BUSAN.continuous_game("moment", quiet=3),
}


@pytest.mark.parametrize("words", REFUSED)
def test_what_is_no_input_is_refused_by_an_error_of_the_house(geneva, words):
    with pytest.raises(ng.NegotiationError, match=words):
        REFUSED[words](geneva)


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
    asked = asking.game_batch(BUSAN, SCENARIO, HERE, "small")
    states = [State(stocks=k % 2) for k in range(37)]
    lags = np.linspace(7.0, 30.0, 37)
    drawn, told = sample(states, reaction_lag_days=lags), []
    parts = [part for _, part, _ in asking.drawn_batches(asked, drawn, lambda *done: told.append(done))]
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
    assert found.batch.rounds.tolist() == [1.5]
    assert (found.size, found.agreement, found.moving) == ("small", BUSAN.id, ())
    assert [one.share is None for one in ng.verdict(BUSAN, SCENARIO, state=HERE, **asked)] == [True] * 3
    told = []
    ng.verdict(BUSAN, SCENARIO, state=HERE, draws=4, progress=lambda *d: told.append(d), **asked)
    assert told[-1] == (4, 4)


def test_definitions_are_shares_also_where_keeping_is_rational_in_no_draw():
    verdicts = ng.verdict("2025-05-geneva", draws=4, theories=["moment", "shadow linkage"])
    lost = [row.drawn.draws == 0 for row in verdicts]
    assert any(lost)
    assert not all(lost)
    for none, row in zip(lost, verdicts.by_definition().rows, strict=True):
        assert all(value is None if none else isinstance(value, float) for value in row[6:10])
        assert isinstance(row[10], float)
        assert (row[10] == 1.0) == none
