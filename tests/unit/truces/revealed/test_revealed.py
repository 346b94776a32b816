"""Which draws agree with choices: against plain programs, by closed form, and without a circle."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

import numpy as np
import pytest

import negotiation as ng
from negotiation.disputes import load_scenario
from negotiation.truces.record.timeline import postures_on
from negotiation.truces.revealed.gains import difference
from negotiation.truces.revealed.next_choice import next_choice
from negotiation.truces.revealed.revealed import revealed, soft_weights

DRAWS = 128


@pytest.fixture(scope="module")
def result():
    # In `central` one level of one instrument decides: the H20 is stopped, or sold.
    return revealed(load_scenario("us-china-2025", "central"), draws=DRAWS)


@pytest.mark.long
def test_a_static_choice_is_worth_what_the_instrument_pays(result):
    # One draw at a time, by the effects of the instrument alone.
    for choice in (row for row in result.choices if row.kind == "static" and not row.in_return):
        worth = difference(result.draws, choice.step, choice.country, choice.day)
        there = result.draws.as_of(choice.day)
        for k in (0, 7):
            world = there.at(k)
            held = world.instruments[choice.step.instrument].labels(choice.country)
            own = world.effects(choice.country, choice.step.instrument, world.default_state).holder
            expected = own[held.index(choice.step.level)] - own[held.index(choice.step.other)]
            if choice.step.instrument != "rare_earth_curb":  # it costs more while tariffs are at their peak
                assert worth[k] == pytest.approx(expected, abs=1e-12)


def test_levels_pay_what_the_game_of_one_instrument_says(result):
    # The curb costs more at the peak of tariffs, and so ties both.
    day = date(2025, 4, 15)
    there = result.draws.take(range(4)).as_of(day)
    world = there.scenario
    fixed, state = postures_on(world.as_of(day), day), world.default_state
    for country, name in (("CHN", "rare_earth_curb"), ("USA", "tariff"), ("CHN", "tariff"), ("USA", "visa")):
        labels = world.instruments[name].labels(country)
        game = there.payoffs({(country, name): labels}, state=state, fixed=fixed).reshape(4, len(labels), 2)
        for i, who in enumerate(world.countries):
            own = there.of_levels(who, country, name, state=state, fixed=fixed)
            assert own - own[:, :1] == pytest.approx(game[:, :, i] - game[:, :1, i], abs=1e-12)


def test_an_agreement_is_judged_as_its_verdict_is(result):
    # One departure to a harsher tariff is worth no more than the best of all that make a tariff harsher.
    kept = next(row for row in result.choices if row.id == "E038")
    judged = ng.verdict("2025-05-geneva", result.draws.scenario, theories=["moment"], draws=DRAWS)
    margin = judged.drawn.any_harsher[[row.leg for row in judged].index("tariff"), 0]
    by_choice = result.gains[result.choices.index(kept)]
    money = result.draws.number("USA.gdp") / 100
    assert np.all(by_choice / money >= margin - 1e-9)


def test_stopping_the_chip_and_leaving_it_on_sale_contradict_each_other(result):
    ids = [row.id for row in result.choices]
    stopped, sold = result.pays[ids.index("E036")], result.pays[ids.index("I01")]
    assert np.array_equal(stopped, ~sold)
    assert 0.8 < result.share("E036") < 0.9
    assert 0.15 < result.share("E057") < 0.25


def test_soft_weights_are_the_product_over_episodes():
    rng = np.random.default_rng(1)
    pays, episodes = rng.random((5, 40)) < 0.5, ["a", "b", "b", "c", "b"]
    plain = [
        np.prod([
            np.prod([0.9 if pays[c, d] else 0.1 for c in range(5) if episodes[c] == e])
            ** (1 / episodes.count(e))
            for e in "abc"
        ])
        for d in range(40)
    ]  # fmt: skip
    assert soft_weights(pays, episodes, 0.1) == pytest.approx(np.array(plain) / sum(plain))


def test_the_hard_set_drops_the_fewest_choices(result):
    rng = np.random.default_rng(2)
    for _ in range(20):
        gains = rng.normal(size=(5, 12)) - 0.8
        small = replace(result, choices=result.choices[:5], gains=gains)
        hard = small.consistent(hard=True)
        fewest = next(
            size
            for size in range(6)
            if any(
                np.all(np.delete(gains, out, axis=0) >= 0, axis=0).any()
                for out in combinations(range(5), size)
            )
        )
        assert len(hard.dropped) == fewest
        kept = [c for c, row in enumerate(small.choices) if row.id not in hard.dropped]
        assert np.all(gains[np.ix_(kept, hard.weights > 0)] >= 0)


@pytest.mark.long
def test_verdicts_use_earlier_choices_and_leave_out_themselves_restated(result):
    found = result.verdicts("2025-10-busan")
    control = found.find("control")
    assert control.restated == ("E057",)
    used = result.consistent(before=ng.truce("2025-10-busan").signed, without=control.restated).choices
    assert all(row.date.latest.isoformat() < "2025-10-30" for row in result.choices if row.id in used)
    shares = (
        ng.verdict(
            "2025-10-busan", load_scenario("us-china-2025", "central"), theories=["moment"], draws=DRAWS
        )
        .find("control", "moment")
        .share
    )
    assert control.prior == pytest.approx(shares)
    sold = result.pays[[row.id for row in result.choices].index("E057")]
    assert not np.any(control.holds & ~sold)
    assert 0.7 < np.mean(control.holds[sold]) <= 1.0


def test_choices_bound_known_payoffs_as_often_as_they_say(result):
    # Simulated players whose payoffs are those of one draw: the middle nine tenths of what agrees with their
    # choices holds that draw nine times in ten.
    rng = np.random.default_rng(3)
    payoff = difference(result.draws, result.choices[0].step, "CHN", result.choices[0].day)
    episodes, inside = [row.id for row in result.choices], []
    for truth in rng.integers(DRAWS, size=300):
        taken = (result.gains[:, truth] >= 0) ^ (rng.random(len(result.gains)) < 0.1)
        weights = soft_weights((result.gains >= 0) == taken[:, None], episodes, 0.1)
        order = np.argsort(payoff)
        below = np.cumsum(weights[order])[np.flatnonzero(order == truth)[0]] - weights[truth] / 2
        inside.append(0.05 <= below <= 0.95)
    assert 0.85 < np.mean(inside) < 0.95


def test_the_next_choice_is_scored_by_earlier_episodes_alone(result):
    scored = next_choice(result, simulations=5)
    # The first choice has none before it: its chance is that of the prior.
    share = result.pays[0].mean()
    assert scored.chances[0] == pytest.approx(0.9 * share + 0.1 * (1 - share))
    assert scored.by_rule[0] == pytest.approx(0.5)
    assert 0 < scored.chances.min() <= scored.chances.max() < 1


def test_what_is_not_among_the_choices_is_refused(result):
    assert (result.known("2025-10-30", "E044") == result.known(date(2025, 10, 30), ["E044"])).all()
    for given, words in (({"error": "x"}, "must be a number"), ({"without": "X9"}, "no choice or episode")):
        with pytest.raises(ng.NegotiationError, match=words):
            result.consistent(**given)


def test_the_rule_as_before_does_not_see_the_move_that_it_predicts(result):
    # A choice that takes effect on its own day has changed the level by its evening.
    world = result.draws.scenario.as_of(result.draws.scenario.definition.date)
    kept = known = 0
    for row, chance in zip(result.choices, next_choice(result, simulations=1).by_rule[2], strict=True):
        if row.day <= date(2025, 1, 20):
            assert chance == 0.5  # no level of the day before is on record
            continue
        eve = postures_on(world, row.day - timedelta(days=1))
        same = eve[row.country][row.step.instrument] != row.step.other
        share = (kept + 1) / (known + 2)
        assert chance == pytest.approx(share if same else 1 - share)
        kept, known = kept + same, known + 1


def test_a_dispute_without_choices_is_refused():
    with pytest.raises(ng.NegotiationError, match=r"has no record/choices\.csv"):
        revealed(load_scenario("australia-china-2020"), draws=2)
