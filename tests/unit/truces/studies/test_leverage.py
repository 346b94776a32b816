"""Dependence, stocks and leverage along the record."""

from datetime import date, timedelta
from functools import cache

import numpy as np
import pytest

from negotiation.disputes import State, transition
from negotiation.disputes.posture_payoffs import posture_game
from negotiation.disputes.state import component_transition
from negotiation.game_theory.solvers.closed_forms.restraint import restraint_thresholds
from negotiation.game_theory.solvers.thresholds.critical_discount_factor import critical_discount_factor
from negotiation.truces.record.state_trajectory import Use
from negotiation.truces.studies import leverage as leveraging
from negotiation.truces.studies.leverage import BAND, GONE, QUANTITIES, lasting_harm, leverage, quantities
from tests.us_china import SCENARIO
from tests.weapons import weapons_game

FOUND = leverage(SCENARIO, draws=8)


def test_the_threshold_is_the_solved_one():
    for k in (1, 4, -1):
        at = {
            name: float(FOUND.central[name][k]) for name in ("gain", "curb cost", "leverage", "control harm")
        }
        game = weapons_game((at["gain"], -at["curb cost"]), (at["leverage"], at["control harm"]))
        solved = critical_discount_factor(game, ("keep", "keep"))
        assert float(solved.value) == pytest.approx(float(FOUND.central["threshold"][k]), abs=1e-9)


def test_a_lasting_curb_is_worth_its_discounted_path():
    harm = np.array([0.1, 0.3, 0.5])
    found = lasting_harm(SCENARIO, harm)
    delta, state = SCENARIO.discount_factor, {State(stocks=2): 1.0}
    total, weight, moving = 0.0, 1.0 - delta, ("curb_dependence", "stocks")
    moves = cache(lambda s: transition(s, True, False, SCENARIO.motion, moving).items())
    for _ in range(6000):
        total += weight * sum(p * harm[s.curb_dependence] for s, p in state.items() if s.stocks == 0)
        after: dict[State, float] = {}
        for s, p in state.items():
            for following, chance in moves(s):
                after[following] = after.get(following, 0.0) + p * chance
        state, weight = after, weight * delta
    assert total == pytest.approx(found[2, 2], rel=1e-8)


OPENING = State(curb_dependence=1, control_dependence=2, stocks=1)
FIRST = date(2024, 12, 27)
DAYS = tuple(FIRST + timedelta(k) for k in range(76))  # to 12 March: 29 December to the month's end, and on
CURB = np.array([d.month in (1, 12) or d in (date(2025, 3, 1), date(2025, 3, 2)) for d in DAYS])
CONTROL = np.array([d >= date(2025, 2, 10) for d in DAYS])
USE = Use(DAYS, CURB, CONTROL)
SHOWN = [k for k, day in enumerate(DAYS) if day.day == 1] + [len(DAYS) - 1]
DRAWS, SEED = 3, 11


def worlds():
    rng = np.random.default_rng(SEED)
    return [SCENARIO, *(SCENARIO.draw(rng) for _ in range(DRAWS))]


def effect(world, holder, name, state):
    """What the full use of a weapon does to its holder and to the other side against its calmest level."""
    full = world.definition.sizes["small"].levels[holder][name][-1]
    calm = world.instruments[name].labels(holder)[0]
    menus = {country: {} for country in world.countries} | {holder: {name: (calm, full)}}
    u = posture_game(world, menus, world.calm(), state).payoffs
    first, second = u.reshape(2, 2)
    change, i = second - first, world.countries.index(holder)
    return float(change[i]), float(change[1 - i])


def path(world, name, used, opening):
    """A component's distribution on each day, step by step with the chances of a day."""
    motion = world.with_parameters({"reaction_lag_days": 1.0}).motion
    found = [np.eye(3)[getattr(opening, name)]]
    for k in range(len(DAYS) - 1):
        after = np.zeros(3)
        for step, mass in enumerate(found[-1]):
            for to, chance in component_transition(name, step, bool(used[k]), bool(used[k]), motion).items():
                after[to] += mass * chance
        found.append(after)
    return np.array(found)


def by_hand(world, curb=CURB, opening=OPENING):
    harm, suffered = [], []
    for step in range(3):
        state = State(curb_dependence=step, control_dependence=step, stocks=0)
        harm.append(-effect(world, "CHN", "rare_earth_curb", state)[1])
        suffered.append(-effect(world, "USA", "chip_control", state)[1])
    gain = effect(world, "USA", "chip_control", State(curb_dependence=0, control_dependence=0))[0]
    cost = -effect(world, "CHN", "rare_earth_curb", State(curb_dependence=0, control_dependence=0))[0]
    d, i, c = (
        path(world, name, used, opening)[SHOWN]
        for name, used in (("curb_dependence", curb), ("stocks", curb), ("control_dependence", CONTROL))
    )
    table = lasting_harm(world, np.array(harm))
    found = {
        GONE: d @ harm,
        "leverage": (d @ harm) * i[:, 0],
        "control harm": c @ suffered,
        "lasting": np.array([a @ table @ b for a, b in zip(d, i, strict=True)]),
        "gain": np.full(len(SHOWN), gain),
        "curb cost": np.full(len(SHOWN), cost),
    }
    found["excess"] = world.discount_factor * found["lasting"] - gain
    sides = np.stack([found["gain"], -found["curb cost"]], axis=-1)
    harms = np.stack([found["leverage"], found["control harm"]], axis=-1)
    found["thresholds"] = restraint_thresholds(sides, harms)
    found["threshold"] = found["thresholds"].max(axis=-1)
    return found


@pytest.fixture(scope="module")
def expected():
    return [by_hand(world) for world in worlds()]


@pytest.fixture(scope="module")
def found():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(leveraging, "recorded_use", lambda _: USE)
        heard = []
        told = leverage(
            SCENARIO, opening=OPENING, draws=DRAWS, rng=SEED, progress=lambda *counts: heard.append(counts)
        )
    assert heard == [(DRAWS, DRAWS)]
    return told


def test_each_quantity_is_that_of_its_own_setting_and_day(expected):
    days = tuple(DAYS[k] for k in SHOWN)
    told = quantities(worlds(), USE, days, OPENING)
    assert set(QUANTITIES) <= set(told.found)
    for name in expected[0]:
        for k, one in enumerate(expected):
            assert told.found[name][k] == pytest.approx(one[name], abs=1e-9), name
        assert not told.found[name].flags.writeable, name
    # Settings, days and sides differ, so that each can be told from the others.
    assert len({round(float(one["leverage"][-1]), 9) for one in expected}) == len(expected)
    assert len({round(float(x), 9) for x in expected[0]["leverage"]}) == len(SHOWN)


def test_each_month_of_curb_is_taken_out_whole_and_by_itself(found, expected):
    months = [date(2024, 12, 1), date(2025, 1, 1), date(2025, 3, 1)]
    assert [(one.month, one.days) for one in found.months] == list(zip(months, (5, 31, 2), strict=True))
    for month, one in zip(months, found.months, strict=True):
        inside = np.array([(day.year, day.month) == (month.year, month.month) for day in DAYS])
        less = [by_hand(world, CURB & ~inside) for world in worlds()]
        changes = [own[GONE][-1] - other[GONE][-1] for own, other in zip(expected, less, strict=True)]
        assert one.change == pytest.approx(expected[0]["leverage"][-1] - less[0]["leverage"][-1], abs=1e-9)
        assert one.change_stocks_gone == pytest.approx(changes[0], abs=1e-9)
        low, high = np.quantile(changes[1:], BAND)
        assert (one.low, one.high) == pytest.approx((low, high), abs=1e-9)


def test_a_lasting_harm_is_small_where_stocks_are_full_and_counts_its_first_period():
    harm = np.array([0.1, 0.3, 0.5])
    found, delta = lasting_harm(SCENARIO, harm), SCENARIO.discount_factor
    assert found.shape == (3, 3)
    # By d and by I: more dependence is worse, more stocks are better.
    assert (np.diff(found, axis=0) > 0).all()
    assert (np.diff(found, axis=1) < 0).all()
    # Dependence that is gone stays gone: once stocks are too, each period does the same harm.
    assert found[0, 0] == pytest.approx(0.1, abs=1e-12)
    impatient = SCENARIO.with_parameters({"discount_factor_annual": 1e-200})
    assert impatient.discount_factor < 1e-7 < delta
    assert lasting_harm(impatient, harm) == pytest.approx(np.outer(harm, [1.0, 0.0, 0.0]), abs=1e-6)
    assert lasting_harm(SCENARIO, 2 * harm) == pytest.approx(2 * found)
