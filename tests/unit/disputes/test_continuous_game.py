"""The posture game in continuous time, against one that is written out plainly, and against closed forms."""

import math
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

import negotiation as ng
from negotiation.disputes import State
from negotiation.disputes.continuous.draft import drafted
from negotiation.disputes.continuous.game import Pace, continuous_posture_game
from negotiation.disputes.continuous.nature import component_rates
from negotiation.disputes.state import component_transition
from negotiation.game_theory.games import ContinuousTimeGame, DecisionMaker, OptionRows
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


@pytest.mark.long
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


def test_choice_at_random_walks_through_levels_as_often_as_they_have_neighbours():
    instruments = ["chip_control", "purchases", "tariff"]
    game = SCENARIO.continuous_game(instruments=instruments, moving=[], precision=1e-9)
    resting = ng.stationary_distribution(game, solved(game))
    expected = np.prod([np.diff(rows.indptr) for rows in game.options], axis=0).astype(float)
    assert resting.probabilities == pytest.approx(expected / expected.sum(), abs=1e-6)


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
