"""The posture game in continuous time, against one that is written out plainly, and against closed forms."""

import math
from dataclasses import replace
from itertools import product
from typing import get_args

import numpy as np
import pytest

import negotiation as ng
from negotiation.disputes import State, load_scenario
from negotiation.disputes.continuous.draft import drafted
from negotiation.disputes.continuous.game import Pace, continuous_posture_game
from negotiation.disputes.continuous.nature import component_rates
from negotiation.disputes.numerics import NUMERICS
from negotiation.disputes.state import component_transition
from negotiation.errors import InvalidOptions, InvalidRate, SizeLimit, UnknownComponent
from negotiation.game_theory.games import ContinuousTimeGame, DecisionMaker, OptionRows
from negotiation.truces.record.moves import MoveRecord
from tests.us_china import SCENARIO

PAIRS = (("USA", "tariff"), ("USA", "chip_control"), ("CHN", "tariff"), ("CHN", "rare_earth_curb"))
LEVELS = {
    ("USA", "tariff"): ("geneva", "peak"),
    ("USA", "chip_control"): ("licensed", "h20_stopped"),
    ("CHN", "tariff"): ("geneva", "peak"),
    ("CHN", "rare_earth_curb"): ("licences_flow", "october_package"),
}


def solved(game, **options):
    return ng.markov_perfect_equilibria(game, starts=1, **options)[0]


def title(posture, state):
    usa, chn = (
        " ".join(f"{name}={posture[country, name]}" for country, name in PAIRS if country == side)
        for side in ("USA", "CHN")
    )
    return f"USA: {usa}; CHN: {chn} | {state.label}"


def plain_rates(state, curb, control):
    """Return the rates of the state of the world, from the calibration alone."""
    p = SCENARIO.parameters
    found = {}

    def put(rate, **steps):
        if rate > 0.0:
            found[replace(state, **steps)] = rate

    if state.curb_dependence:
        yearly = p["state.diversification.base"] + curb * p["state.diversification.under_curb"]
        put(-math.log(1.0 - yearly), curb_dependence=state.curb_dependence - 1)
    if state.control_dependence:
        yearly = p["state.substitution.base"] + control * p["state.substitution.under_control"]
        put(-math.log(1.0 - yearly), control_dependence=state.control_dependence - 1)
    if curb and state.stocks:
        put(2.0 * 365.0 / p["state.stock_days"], stocks=state.stocks - 1)
    if not curb and state.stocks < 2:
        put(2.0 * 365.0 / p["state.fill_days"], stocks=state.stocks + 1)
    if state.authority:
        put(-math.log(1.0 - p["state.authority_loss"]), authority=0)
    return found


def plain_game():
    """Return flows, options and rates of nature of the small game by label, one state after another."""
    flows, options, nature = {}, {}, {}
    lawful: dict[int, dict] = {0: {}, 1: {}}
    for authority, pair in product((0, 1), PAIRS):
        exist = [level.label for level in SCENARIO.levels(*pair, State(authority=authority))]
        lawful[authority][pair] = [label for label in LEVELS[pair] if label in exist] or exist[-1:]
    assert lawful[0] != lawful[1]
    for d, c, stocks, authority in product((0, 1, 2), (0, 1, 2), (0, 1, 2), (0, 1)):
        z = State(d, c, stocks, 0, authority)
        stage = SCENARIO.stage_game("small", state=z)
        for choice in product(*lawful[authority].values()):
            posture = dict(zip(PAIRS, choice, strict=True))
            here = title(posture, z)
            profile = [
                " ".join(f"{name}={posture[country, name]}" for country, name in PAIRS if country == side)
                for side in ("USA", "CHN")
            ]
            flows[here] = stage.payoff(profile)
            for side in ("USA", "CHN"):
                row = {(here, None)}
                for pair in PAIRS:
                    ladder = lawful[authority][pair]
                    for step, way in ((1, "escalate"), (-1, "de-escalate")):
                        to = ladder.index(posture[pair]) + step
                        if pair[0] == side and 0 <= to < len(ladder):
                            row.add((title({**posture, pair: ladder[to]}, z), f"{side} {pair[1]} {way}"))
                options[side, here] = row
            curb = posture["CHN", "rare_earth_curb"] == "october_package"
            control = posture["USA", "chip_control"] == "h20_stopped"
            nature[here] = {}
            for after, rate in plain_rates(z, curb, control).items():
                kept = {
                    pair: label
                    if label in lawful[after.authority][pair]
                    else lawful[after.authority][pair][0]
                    for pair, label in posture.items()
                }
                nature[here][title(kept, after)] = rate
    return flows, options, nature


def test_the_small_game_is_the_one_that_is_written_out():
    game = SCENARIO.continuous_game("small", precision=4.0, move_rate=6.0)
    flows, options, nature = plain_game()
    assert game.states[0] == title({pair: labels[0] for pair, labels in LEVELS.items()}, State())
    assert set(game.states) == set(flows)
    assert game.rates.tolist() == [[6.0] * game.n_states] * 2
    assert game.discount_rates == (-math.log(SCENARIO.parameters["discount_factor_annual"]),) * 2
    moves = {label: {} for label in game.states}
    for k, (source, goal) in enumerate(zip(game.nature.sources, game.nature.targets, strict=True)):
        moves[game.states[source]][game.states[goal]] = game.nature.rates[k]
    for s, label in enumerate(game.states):
        assert game.flows[s] == pytest.approx(flows[label], abs=1e-12)
        assert moves[label] == pytest.approx(nature[label], rel=1e-9)
        for maker, rows in zip(game.makers, game.options, strict=True):
            part = rows.row(s)
            shown = [(game.states[rows.targets[k]], rows.event(k)) for k in range(part.start, part.stop)]
            assert len(shown) == len(set(shown))
            assert set(shown) == options[maker.player, label]
            assert rows.payoffs[part] == pytest.approx(-math.log(len(shown)) / 4.0)


def test_a_level_whose_law_is_lost_gives_way_to_the_harshest_that_is_calmer():
    ladders = (("busan", "geneva", "peak", "threatened"), ("geneva", "threatened"))
    chosen = {
        State(authority=authority): {"USA": {"tariff": ladder}, "CHN": {}}
        for authority, ladder in zip((1, 0), ladders, strict=True)
    }
    game = continuous_posture_game(drafted(SCENARIO, chosen, SCENARIO.calm(), ("authority",)), Pace())
    gone = {
        game.states[source].split("=")[1].split(" ")[0]: game.states[goal].split("=")[1].split(" ")[0]
        for source, goal in zip(game.nature.sources, game.nature.targets, strict=True)
    }
    assert gone == {"busan": "geneva", "geneva": "geneva", "peak": "geneva", "threatened": "threatened"}


def test_an_equilibrium_with_a_moving_state_is_verified():
    game = SCENARIO.continuous_game("small")
    found = solved(game)
    assert ng.verify(game, found).holds
    assert (found.residuals <= 1e-10 * game.units).all()


def test_instruments_that_are_not_linked_are_played_as_if_alone():
    joint = SCENARIO.continuous_game(instruments=["chip_control", "purchases"], moving=[])
    found = solved(joint)
    for m, (name, other) in enumerate((("chip_control", "purchases"), ("purchases", "chip_control"))):
        alone = SCENARIO.continuous_game(instruments=[name], moving=[])
        own = solved(alone).choice_probabilities[0]
        for s, label in enumerate(joint.states):
            assert other in label
            mine = next(k for k, each in enumerate(alone.states) if each in label.split("; "))
            chances = found.choice_probabilities[m]
            assert chances[s] == pytest.approx(own[mine], abs=1e-10)


def test_linked_instruments_are_not():
    game = SCENARIO.continuous_game("small", moving=[])
    chances = solved(game).choice_probabilities[1]
    with_usa_calm, with_usa_at_peak = chances[1], chances[9]
    assert abs(np.asarray(with_usa_calm) - np.asarray(with_usa_at_peak)).max() > 1e-6


def test_who_lives_for_the_day_weighs_costs_of_moving_alone():
    world = SCENARIO.with_parameters({"discount_factor_annual": 1e-300})
    game = world.continuous_game("core", moving=[], reach="any", precision=3.0, adjustment=0.5)
    found = solved(game)
    for m, rows in enumerate(game.options):
        for s in (0, 7, game.n_states - 1):
            part = rows.row(s)
            weights = np.exp(3.0 * rows.payoffs[part])
            assert found.choice_probabilities[m][s] == pytest.approx(weights / weights.sum(), abs=5e-3)
            steps = sorted(round(2.0 * x) for x in -(rows.payoffs[part] - rows.payoffs[part].max()))
            assert steps[0] == 0
            assert steps[1] >= 1
            assert steps[-1] >= 2


def test_choice_at_random_walks_through_levels_as_often_as_they_have_neighbours():
    game = SCENARIO.continuous_game("core", moving=[], precision=1e-9)
    resting = ng.stationary_distribution(game, solved(game))
    expected = np.prod([np.diff(rows.indptr) for rows in game.options], axis=0).astype(float)
    assert resting.probabilities == pytest.approx(expected / expected.sum(), abs=1e-6)


def test_more_to_choose_from_is_worth_nothing_by_itself():
    game = SCENARIO.continuous_game("core", moving=[], reach="any")
    idle = ContinuousTimeGame(
        np.zeros_like(game.flows), game.makers, game.discount_rates, players=game.players
    )
    assert abs(solved(idle).average_values).max() < 1e-9
    assert len({*np.diff(game.options[0].indptr)}) == 1
    assert len({*np.diff(SCENARIO.continuous_game("core", moving=[]).options[0].indptr)}) > 1


def test_the_unit_of_payoffs_changes_no_choice():
    game = SCENARIO.continuous_game("small", adjustment=0.002)
    makers = [
        DecisionMaker(
            maker.player,
            maker.rate,
            OptionRows(rows.indptr, rows.targets, 1000.0 * rows.payoffs, rows.events, rows.event_names),
            maker.precision / 1000.0,
        )
        for maker, rows in zip(game.makers, game.options, strict=True)
    ]
    other = ContinuousTimeGame(
        1000.0 * game.flows, makers, game.discount_rates, game.nature, players=game.players
    )
    one, two = solved(game), solved(other)
    for mine, theirs in zip(one.choice_probabilities, two.choice_probabilities, strict=True):
        for s in range(0, game.n_states, 50):
            assert mine[s] == pytest.approx(theirs[s], abs=1e-8)


def test_events_are_the_record_s_instruments_and_directions():
    ways = get_args(MoveRecord.model_fields["direction"].annotation)
    game = SCENARIO.continuous_game("full", moving=[])
    for event in game.events:
        country, name, way = event.split(" ")
        assert name in SCENARIO.held(country)
        assert way in ways
    assert len(game.events) == 2 * sum(len(SCENARIO.held(country)) for country in SCENARIO.countries)
    for rows in (rows for rows in game.options if rows.n_options):
        harsher = {k for k, event in enumerate(rows.event_names) if event.endswith(" escalate")}
        some = np.arange(0, rows.n_options, 997)
        for k in some[rows.events[some] >= 0]:
            up = rows.targets[k] > rows.sources[k]
            assert up == (rows.events[k] in harsher)


def test_agencies_move_what_they_decide_on_for_the_country():
    game = SCENARIO.continuous_game("core", moving=[], agencies=True)
    assert [maker.label for maker in game.makers] == ["USA white_house", "USA commerce", "CHN"]
    assert [maker.player for maker in game.makers] == ["USA", "USA", "CHN"]
    moved = [{event.split(" ")[1] for event in rows.event_names} for rows in game.options]
    assert moved[:2] == [{"tariff"}, {"entity_list", "chip_control"}]
    found = solved(game)
    assert ng.verify(game, found).holds


@pytest.mark.parametrize(
    "component", ["curb_dependence", "control_dependence", "stocks", "clock", "authority"]
)
@pytest.mark.parametrize("curb", [False, True])
def test_rates_are_the_chances_of_a_period_in_continuous_time(component, curb):
    motion = SCENARIO.motion
    share = motion.lag / 365.0
    for step in (1, 2):
        if component == "authority" and step == 2:
            continue
        rates = component_rates(component, step, curb, curb, motion)
        chances = component_transition(component, step, curb, curb, motion)
        assert set(rates) == set(chances) - {step}
        for after, rate in rates.items():
            held = component.endswith("dependence") or component == "authority"
            chance = -math.expm1(-rate * share) if held else rate * share
            assert chance == pytest.approx(chances[after], rel=1e-9)


def test_what_is_believed_moves_if_asked_to():
    game = SCENARIO.continuous_game("small", moving=["belief"])
    assert {label.split(" ")[-1] for label in game.states} == {"L1", "b1", "b2"}
    rates = np.bincount(game.nature.sources, game.nature.rates, game.n_states)
    felt = np.array(["october_package" in label and label.endswith("L1") for label in game.states])
    assert rates[felt] == pytest.approx(365.0 / SCENARIO.parameters["state.days_felt"])
    assert not rates[~felt].any()


def test_levels_given_in_another_order_make_the_same_game():
    menu = {"USA": {"tariff": ("geneva", "peak")}, "CHN": {"rare_earth_curb": LEVELS[PAIRS[3]]}}
    turned = {c: {name: labels[::-1] for name, labels in each.items()} for c, each in menu.items()}
    one, two = (
        continuous_posture_game(drafted(SCENARIO, {State(): each}, SCENARIO.calm(), ()), Pace())
        for each in (menu, turned)
    )
    assert one.states == two.states
    assert (one.flows == two.flows).all()


def test_pace_and_precision_come_from_the_calibration_if_they_are_not_given():
    world = SCENARIO.with_parameters({"reaction_lag_days": 73.0, "logit.precision": 7.0})
    game = world.continuous_game("small", moving=[], agencies=True)
    assert game.rates.tolist() == [[5.0] * 16] * 3
    assert game.precisions == (7.0,) * 3
    given = world.continuous_game("small", moving=[], precision=math.inf, move_rate=2.0, adjustment=0.25)
    assert given.precisions == (math.inf,) * 2
    assert {*given.rates.ravel()} == {2.0}
    assert {*given.options[0].payoffs.tolist()} == {0.0, -0.25}


def test_three_countries_play_one_game():
    world = load_scenario("us-china-netherlands-2023")
    game = world.continuous_game("small", moving=[])
    assert {maker.player for maker in game.makers} <= set(world.countries)
    assert ng.verify(game, solved(game)).holds


def test_what_is_not_taken_is_refused(monkeypatch):
    for bad in ({"precision": 0.0}, {"move_rate": 0.0}, {"move_rate": math.inf}, {"adjustment": -1.0}):
        with pytest.raises(InvalidRate):
            SCENARIO.continuous_game("small", **bad)
    with pytest.raises(InvalidOptions, match="adjacent, any"):
        SCENARIO.continuous_game("small", reach="far")
    with pytest.raises(UnknownComponent):
        SCENARIO.continuous_game("small", moving=["weather"])
    monkeypatch.setattr("negotiation.disputes.continuous.game.NUMERICS", NUMERICS._replace(most_options=100))
    with pytest.raises(SizeLimit, match="54 of the world"):
        SCENARIO.continuous_game("small")
