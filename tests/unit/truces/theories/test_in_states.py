"""A world that moves, made up: three states, payoffs and chances that follow no rule, plain loops beside."""

from itertools import product

import numpy as np
import pytest

import negotiation as ng
from negotiation.truces.theories import theory
from negotiation.truces.theories.common.in_states import MovingBatch
from tests.unit.truces.theories.made_up import SIDES, actions_of, asked_about, scattered

STATES = ("now", "later", "last", "never")
DELTA, MONEY = 0.8, (292.0, 187.0)
SHAPE = (6, 4)


def world(seed=0, kept_well=0.0):
    """Return a question in four states: keeping leads to two of them, only departures to the third."""
    rng = np.random.default_rng(seed)
    asked = asked_about(scattered(seed, kept_well), delta=(DELTA,), money=MONEY)
    stage = asked.stage(asked.menus)
    stages, chances = {}, rng.dirichlet(np.ones(3), size=(4, *SHAPE))
    chances = np.concatenate([chances, np.zeros((4, *SHAPE, 1))], axis=-1)
    for k, state in enumerate(STATES):
        payoffs = stage.payoffs if k == 0 else rng.uniform(-1, 1, size=(*SHAPE, 2))
        if k:
            # What is kept tempts most where keeping alone does not lead.
            payoffs[0, 0] += kept_well - 3.0 * (k == 2)
        stages[state] = ng.StageGame(payoffs, stage.players, stage.actions)
        chances[k, 0, 0] = [0.5, 0.5, 0.0, 0.0] if k < 2 else [0.0, 0.0, 1.0, 0.0]
    # One departure of each side stays within what is kept.
    chances[0, 1, 0] = [0.25, 0.75, 0.0, 0.0]
    chances[3, :, :] = [0.0, 0.0, 0.0, 1.0]
    game = ng.StochasticGame.from_stages(stages, chances, DELTA)
    return MovingBatch(asked, game, ("stocks",)), chances


MOVING, CHANCES = world()
PAY = np.stack([stage.payoffs for stage in MOVING.game.stages])


def kept_values():
    """What keeping is worth, by going through the periods."""
    values = np.zeros((4, 2))
    for _ in range(400):
        values = (1 - DELTA) * PAY[:, 0, 0] + DELTA * CHANCES[:, 0, 0] @ values
    return values


def departing(player, after):
    """What departing now and `after` then is worth less than keeping, by state and action."""
    values, found = kept_values(), np.empty((4, SHAPE[player]))
    for s, a in product(range(4), range(SHAPE[player])):
        place = (s, a, 0) if player == 0 else (s, 0, a)
        worth = (1 - DELTA) * PAY[(*place, player)] + DELTA * sum(
            CHANCES[place][t] * after[t] for t in range(4)
        )
        found[s, a] = values[s, player] - worth
    return found


def test_payoffs_chances_and_what_keeping_is_worth_are_those_of_the_game():
    assert MOVING.payoffs.tolist() == PAY.tolist()
    assert MOVING.chances == pytest.approx(CHANCES)
    assert MOVING.values == pytest.approx(kept_values())
    stage = MOVING.game.stages[0]
    assert MOVING.kept == dict.fromkeys(STATES, (stage.actions[0][0], stage.actions[1][0]))


@pytest.mark.parametrize("player", [0, 1])
def test_a_margin_weighs_the_departure_and_what_follows_it_in_each_state(player):
    after = np.array([0.3, -0.4, 0.9, 0.1])
    found = MOVING.departures(player, after, [0, 1, 2, 3])
    assert found.value == pytest.approx(-departing(player, after))
    now = PAY[:, :, 0, 0] if player == 0 else PAY[:, 0, :, 1]
    assert found.gain == pytest.approx((1 - DELTA) * (now - now[:, :1]))
    assert MOVING.departures(player, after, [2, 0]).value == pytest.approx(found.value[[2, 0]])
    # Where a state without an equilibrium may follow, with whatever chance, nothing is ruled out.
    holed = -MOVING.departures(player, np.array([0.3, -0.4, np.inf, 0.1]), [0, 1, 2, 3]).value
    for s, a in product(range(4), range(SHAPE[player])):
        place = (s, a, 0) if player == 0 else (s, 0, a)
        if CHANCES[place][2] > 0:
            assert holed[s, a] == -np.inf
        else:
            assert holed[s, a] == pytest.approx(departing(player, after)[s, a])


def test_reached_are_the_states_to_which_what_is_played_leads():
    every = [np.arange(n) for n in SHAPE]
    assert sorted(MOVING.reached()) == [0, 1]
    assert sorted(MOVING.reached(every)) == [0, 1, 2]
    assert MOVING.reached([np.array([0, 1]), np.array([0])])[0] == 0
    assert sorted(MOVING.reached([np.array([0]), np.array([0, 3])])) == [0, 1, 2]


def within(player, leg):
    """Positions of the actions that keep all or go harsher in a leg alone."""
    ceilings = MOVING.batch.ceilings(leg)[SIDES[player]]
    whole = list(actions_of(MOVING.batch.menus[SIDES[player]]))
    kept = {name: labels[0] for name, labels in MOVING.batch.menus[SIDES[player]].items()}
    return [whole.index(kept | own) for own in actions_of(ceilings)]


def test_each_for_itself_departs_in_one_leg_where_moves_within_it_lead():
    found = theory("each for itself").in_states.departures(MOVING)
    for leg in ("tariff", "control"):
        for player in (0, 1):
            left = departing(player, kept_values()[:, player])
            own = found[leg][player]
            # Moves within either leg lead to the state to which keeping alone does not.
            reached = MOVING.reached([np.array(within(i, leg)) for i in (0, 1)])
            assert sorted(reached) == [0, 1, 2]
            assert own.value == pytest.approx(-left[reached])
    for play in theory("each for itself").in_states.plays(MOVING):
        (leg,) = play.legs
        tempting = [found[leg][i].value[:, within(i, leg)[1:]].max(initial=-np.inf) for i in (0, 1)]
        assert play.verdict.holds == (max(tempting) <= 0)
        assert play.game.stages[0].n_actions == tuple(len(within(i, leg)) for i in (0, 1))


@pytest.mark.parametrize("kept_well", [-1.5, 4.0])
@pytest.mark.parametrize("seed", [1, 2])
def test_repeated_negotiation_leaves_what_its_own_check_leaves(seed, kept_well):
    moving, _ = world(seed, kept_well)
    one = theory("repeated negotiation").in_states
    departures, (play,) = one.departures(moving), one.plays(moving)
    # The same of each leg, whose departures are picked from them.
    margins = [-own.value.max(axis=0, keepdims=True) for own in departures["tariff"]]
    assert departures["tariff"] is departures["control"]
    assert play.legs == moving.batch.scenario.legs
    least = min(float(own[0, 1:].min() * money) for own, money in zip(margins, MONEY, strict=True))
    assert (least >= 0) == play.verdict.holds == (kept_well > 0)
    if least < 0:
        assert least == pytest.approx(play.verdict.margin, rel=1e-6)
    else:
        assert least >= play.verdict.margin - 1e-9
    # In a game in USD everything is worth so many times as much.
    assert play.game.stages[1].payoffs == pytest.approx(moving.payoffs[1] * np.array(MONEY))
