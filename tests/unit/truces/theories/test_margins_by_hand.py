"""What departures are worth under each theory in games that are made up, worked out by plain loops."""

from itertools import product

import numpy as np
import pytest

import negotiation as ng
from negotiation.truces.theories import theory
from tests.unit.truces.theories import made_up

KEPT = {side: tuple(labels[0] for labels in made_up.MENUS[side].values()) for side in made_up.SIDES}
DELTAS = (0.6, 0.95)
HARSHER = {
    "tariff": ("peak",),
    "entity_list": ("affiliates_rule",),
    "rare_earth_curb": ("april_licensing", "october_package"),
}


def gains(asked, paid, player, d=0):
    """What each action gains in a period while the other keeps."""
    every = made_up.all_payoffs(asked, paid, d)
    start = every[KEPT["USA"], KEPT["CHN"]][player]
    found = []
    for action in made_up.actions_of(asked.menus[made_up.SIDES[player]]):
        own = tuple(action.values())
        there = (own, KEPT["CHN"]) if player == 0 else (KEPT["USA"], own)
        found.append(every[there][player] - start)
    return found


def changed(player):
    side = made_up.SIDES[player]
    for action in made_up.actions_of(made_up.MENUS[side]):
        yield {name: x for name, x in action.items() if x != made_up.MENUS[side][name][0]}


def only_harsher(one):
    return bool(one) and not any(move in made_up.CALMER for move in one.items())


@pytest.mark.parametrize("seed", range(3))
def test_each_for_itself_is_the_gain_of_a_period_and_nothing_follows(seed):
    paid = made_up.scattered(seed, 0.8)
    asked = made_up.asked_about(paid, delta=DELTAS)
    found = theory("each for itself").departures(asked)
    for player, own in enumerate(found):
        for d, delta in enumerate(DELTAS):
            assert own.value[d] == pytest.approx((1 - delta) * np.array(gains(asked, paid, player, d)))
        assert not own.answered.any()
        assert (own.loss == 0.0).all()
        assert own.rational.all()
    for play in theory("each for itself").plays(asked):
        (leg,) = play.legs
        tempting = [
            gain
            for player in (0, 1)
            for gain, one in zip(gains(asked, paid, player), changed(player), strict=True)
            if only_harsher(one) and {made_up.LEGS[n] for n in one} == {leg}
        ]
        assert play.verdict.holds == (max(tempting, default=0.0) <= 0.0)
        assert play.strategy is None


def worst_stage_equilibrium(asked, paid, d):
    """The pure equilibrium with the least total among what is covered, kept or harsher."""
    every = made_up.all_payoffs(asked, paid, d)
    own, other = (
        list(
            product(
                *(
                    (labels[0], *(HARSHER[name] if (side, name) in asked.terms else ()))
                    for name, labels in made_up.MENUS[side].items()
                )
            )
        )
        for side in made_up.SIDES
    )
    stable = [
        every[a, b]
        for a, b in product(own, other)
        if all(every[x, b][0] <= every[a, b][0] for x in own)
        and all(every[a, y][1] <= every[a, b][1] for y in other)
    ]
    return min(stable, key=sum) if stable else min((every[a, b] for a, b in product(own, other)), key=sum)


@pytest.mark.parametrize(
    "covered", [made_up.TERMS, {("USA", "tariff"): "geneva"}, {("USA", "entity_list"): "listed_only"}]
)
@pytest.mark.parametrize("seed", range(3))
def test_moment_is_a_trigger_on_what_is_covered_and_nothing_else(seed, covered):
    paid = made_up.scattered(seed, 0.8)
    asked = made_up.asked_about(paid, delta=DELTAS, terms=covered)
    found = theory("moment").departures(asked)
    for d, delta in enumerate(DELTAS):
        start = made_up.all_payoffs(asked, paid, d)[KEPT["USA"], KEPT["CHN"]]
        after = worst_stage_equilibrium(asked, paid, d)
        for player in (0, 1):
            gained = gains(asked, paid, player, d)
            for a, one in enumerate(changed(player)):
                breach = any(
                    (made_up.SIDES[player], name) in covered and level in HARSHER[name]
                    for name, level in one.items()
                )
                loss = delta * (start[player] - after[player]) if breach else 0.0
                assert found[player].gain[d, a] == pytest.approx((1 - delta) * gained[a])
                assert found[player].loss[d, a] == pytest.approx(loss)
                assert found[player].answered[d, a] == breach


def worth(game, strategy):
    """What each state of a strategy is worth to both, from the periods themselves."""
    delta, states = float(game.discount_factors[0]), list(strategy.states)
    pay = np.array([game.stage.payoff(strategy.actions[state]) for state in states], dtype=float)
    onward = np.zeros((len(states), len(states)))
    for k, state in enumerate(states):
        for goal, chance in strategy.next_states(state, strategy.actions[state]).items():
            onward[k, states.index(goal)] += float(chance)
    values = np.linalg.solve(np.eye(len(states)) - delta * onward, (1 - delta) * pay)
    return dict(zip(states, values, strict=True))


def left(play, player):
    """What each action in the first state leaves a player, by the strategy that is checked."""
    game, strategy = play.game, play.strategy
    delta, values, first = float(game.discount_factors[0]), worth(game, strategy), strategy.states[0]
    found = []
    for action in game.stage.actions[player]:
        profile = list(strategy.actions[first])
        profile[player] = action
        later = sum(
            float(chance) * values[goal][player]
            for goal, chance in strategy.next_states(first, tuple(profile)).items()
        )
        now = float(game.stage.payoff(tuple(profile))[player])
        found.append(values[first][player] - (1 - delta) * now - delta * later)
    return found


def bitter(seed, menus):
    """Payoffs to which answers are credible: what is harsher gains its side little and costs the other."""
    rng, names = np.random.default_rng(seed), [(side, name) for side in made_up.SIDES for name in menus[side]]
    effects = {
        (pair, label): (rng.uniform(-0.1, 0.4), rng.uniform(-2.0, -0.5)) if k else (0.0, 0.0)
        for pair in names
        for k, label in enumerate(menus[pair[0]][pair[1]])
    }

    def paid(d, levels):
        own, other = [], []
        for pair in names:
            mine, theirs = effects[pair, levels[pair]]
            own.append(mine if pair[0] == "USA" else theirs)
            other.append(theirs if pair[0] == "USA" else mine)
        return sum(own), sum(other) * (1.0 + 0.1 * d)

    return paid


WIDER = {
    "USA": {
        "tariff": ("geneva", "peak"),
        "chip_control": ("licensed", "h20_stopped", "ascend_guidance"),
        "entity_list": ("listed_only", "affiliates_rule"),
    },
    "CHN": {"tariff": ("geneva", "peak"), "rare_earth_curb": made_up.MENUS["CHN"]["rare_earth_curb"]},
}


@pytest.mark.parametrize("kind", ["bitter", "scattered"])
@pytest.mark.parametrize("seed", range(3))
def test_custom_in_kind_is_what_the_strategy_of_each_leg_leaves(seed, kind):
    paid = bitter(seed, WIDER) if kind == "bitter" else made_up.scattered(seed, 0.8, WIDER)
    asked = made_up.asked_about(paid, WIDER, delta=(0.9,))
    one = theory("custom in kind")
    found, plays = one.departures(asked), one.plays(asked)
    assert [play.legs for play in plays] == [("tariff",), ("control",), ("other",)]
    # What a leg's strategy costs its departures; in several legs at once they add up.
    costs = [np.zeros(len(own)) for own in asked.changes]
    for play in plays:
        ceilings = asked.ceilings(play.legs[0])
        for player, side in enumerate(made_up.SIDES):
            places = asked.positions(player, ceilings[side])
            assert found[player].value[0, places[1:]] == pytest.approx(
                [-x for x in left(play, player)[1:]], abs=1e-9
            )
            costs[player] += asked.harsher_in(player, play.legs[0]) * found[player].loss[0, places].max()
            # Who departed is back, and the other goes one step further in each instrument of the issue.
            if f"answer {side}" in play.strategy.states:
                answer = play.strategy.actions[f"answer {side}"]
                assert answer[player] == play.game.stage.actions[player][0]
                other = made_up.SIDES[1 - player]
                steps = " ".join(f"{n}={labels[1]}" for n, labels in ceilings[other].items())
                assert answer[1 - player] == steps
    for player in (0, 1):
        assert kind == "scattered" or len(plays[1].strategy.states) == 3
        assert found[player].loss[0] == pytest.approx(costs[player])
        assert found[player].answered[0].tolist() == (costs[player] > 0).tolist()


@pytest.mark.parametrize("kind", ["bitter", "scattered"])
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", ["renegotiation", "shadow linkage"])
def test_answers_to_everything_leave_what_the_strategy_leaves(name, seed, kind):
    paid = bitter(seed, made_up.MENUS) if kind == "bitter" else made_up.scattered(seed, 1.0)
    asked = made_up.asked_about(paid, delta=(0.9,))
    one = theory(name)
    (play,) = one.plays(asked)
    assert play.legs == asked.scenario.legs
    for player in (0, 1):
        value = one.departures(asked)[player].value[0, 1:]
        assert value == pytest.approx([-x for x in left(play, player)[1:]], abs=1e-6)
    if name == "renegotiation":
        assert play.verdict.concept == "weakly renegotiation-proof equilibrium"
        # No continuation is better than another for both.
        values = list(worth(play.game, play.strategy).values())
        apart = any((a > b + 1e-9).all() for a in values for b in values)
        assert play.verdict.holds == (not apart and ng.verify(play.game, play.strategy).holds)


TWO = {
    "USA": {"tariff": ("geneva", "peak"), "visa": ("open", "revocations")},
    "CHN": {"tariff": ("geneva", "peak")},
}


def priced(kept, **tempting):
    """Payoffs of 0, but for what is kept and some departures of one side; harsh against harsh is bad."""

    def paid(_, levels):
        harsh = tuple(levels[pair] != first for pair, first in FIRST.items())
        if harsh == (False, False, False):
            return kept
        return tempting.get("".join("nh"[h] for h in harsh), (0.0, 0.0))

    return paid


FIRST = {("USA", "tariff"): "geneva", ("USA", "visa"): "open", ("CHN", "tariff"): "geneva"}


def test_with_payments_a_text_holds_iff_both_together_cover_what_tempts_each():
    # Threats of 0 each, kept 3 and 2; USA's tariff gains 1, its visa loses 1, CHN's tariff gains 2.
    paid = priced((3.0, 2.0), hnn=(4.0, -1.0), nhn=(2.0, -1.0), hhn=(0.0, 0.0), nnh=(-1.0, 4.0))
    delta, chance = 0.9, 0.5
    asked = made_up.asked_about(paid, TWO, delta=(delta,), terms={}, chance=(chance,), money=(2.0, 1.0))
    lasting = delta * (1 - chance)
    stake = lasting / (1 - lasting) * (3.0 * 2.0 + 2.0)
    usa, chn = theory("repeated negotiation").departures(asked)
    in_usd = (1 - delta) * (stake - 2.0 - np.array([0.0, -2.0, 2.0, -6.0]))
    assert usa.value[0] == pytest.approx(-in_usd / 2.0)
    assert chn.value[0] == pytest.approx(-(1 - delta) * (stake - 2.0 - np.array([0.0, 2.0])))
    assert usa.rational.all()
    assert chn.rational.all()
