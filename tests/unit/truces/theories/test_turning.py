"""What a verdict turns on, with theories that are made up so that it is known beforehand."""

from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest

from negotiation.disputes import State
from negotiation.truces.record.renewals import ROUNDS, rounds_a_year
from negotiation.truces.record.state_trajectory import StateOfTheDay
from negotiation.truces.theories.common.question import question
from negotiation.truces.theories.common.turning import Search, Turn
from tests.unit.truces.theories.made_up import BUSAN
from tests.us_china import SCENARIO

HERE = State(stocks=1)
ASKED = question(BUSAN, SCENARIO, HERE, "small")
SECURITY, HARM, HORIZON = "chip_control.security_value", "rare_earth_curb.harm", "tariff.horizon"
OFTEN = rounds_a_year(SCENARIO)
CHANCES = {"stocks": np.array([0.2, 0.5, 0.3]), "curb_dependence": np.array([0.0, 0.1, 0.9])}


def of(asked, name):
    """The values of a parameter, or of the rounds of talks, at the settings of a question."""
    if name == ROUNDS:
        return asked.rounds
    own = asked.games.varied.get(name, np.array([asked.scenario.parameters[name]]))
    return np.broadcast_to(own, len(asked))


def ends(name):
    one = OFTEN if name == ROUNDS else SCENARIO.quantities[name]
    return one.low, one.value, one.high


def theory(name, **legs):
    """A theory whose margins by leg are functions of a question."""

    def judge(asked):
        return {
            leg: SimpleNamespace(margin=np.broadcast_to(margin(asked), len(asked)).astype(float))
            for leg, margin in legs.items()
        }

    return SimpleNamespace(name=name, judge=judge)


def search(*theories, chances=None):
    return Search(ASKED, theories, StateOfTheDay(HERE, chances or {}))


def one_turn(margin, chances=None):
    return search(theory("t", a=margin), chances=chances).found()["t", "a"]


def test_margins_come_at_each_setting_in_order_however_many():
    values = np.linspace(*ends(SECURITY)[::2], 37)
    settings = [{SECURITY: float(x), ROUNDS: 2.0 + k} for k, x in enumerate(values)]
    made = theory("t", a=lambda q: of(q, SECURITY), b=lambda q: q.rounds, c=lambda q: q.delta)
    other = theory("other", a=lambda q: 0.0 * q.delta)
    found = search(made, other).margins(settings)
    assert found["t", "a"] == pytest.approx(values)
    assert found["t", "b"] == pytest.approx(2.0 + np.arange(37))
    assert set(found["t", "c"]) == {SCENARIO.discount_factor}
    assert set(search(made, other).margins(settings, [other])) == {("other", "a")}


def test_ranges_are_of_what_is_read_in_the_game_and_of_time():
    found = search(theory("t"))._ends()
    quantities = SCENARIO.quantities
    for name, (low, high) in found.items():
        if name != ROUNDS:
            assert (low, high) == (quantities[name].low, quantities[name].high)
            assert low < high
    assert {SECURITY, HARM, HORIZON, "discount_factor_annual", "reaction_lag_days"} <= set(found)
    # The curb and peak tariffs have a cost together, which no instrument reads by itself.
    assert "rare_earth_curb.tariff_interaction" in found
    assert not [name for name in found if name.split(".")[0] in ("visa", "purchases", "entity_list", "slip")]
    assert found[ROUNDS] == (OFTEN.low, OFTEN.high)


@pytest.mark.parametrize("name", [SECURITY, HARM, HORIZON, ROUNDS])
@pytest.mark.parametrize("where", ["below", "above"])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_parameter_turns_a_verdict_where_its_margin_is_zero(name, where, sign):
    low, own, high = ends(name)
    end = low if where == "below" else high
    turns_at = own + 0.6 * (end - own)
    away = np.sign(turns_at - own)
    (turn,) = one_turn(lambda q: sign * away * (turns_at - of(q, name)))
    beyond = abs(end - turns_at) / (high - low)
    assert (turn.names, turn.where, turn.holds) == ((name,), where, sign < 0)
    assert turn.at == pytest.approx((turns_at,), rel=1e-6)
    assert turn.share == pytest.approx(1.0 - beyond if sign > 0 else beyond)
    assert turn.other == pytest.approx(beyond)


def test_where_a_margin_is_bent_it_is_found_between_the_centre_and_the_end():
    low, own, high = ends(SECURITY)
    zero = own + 0.4 * (high - own)
    (turn,) = one_turn(lambda q: (zero - low) ** 2 - (of(q, SECURITY) - low) ** 2)
    assert turn.at[0] == pytest.approx(zero, rel=0.02)
    # The margin jumps, or is flat and nearly nothing up to where it turns.
    for margin in (
        lambda q: np.where(of(q, SECURITY) < zero, np.inf, -1.0),
        lambda q: np.maximum(of(q, SECURITY) - zero, -1e-9),
    ):
        (turn,) = one_turn(margin)
        assert abs(turn.at[0] - zero) <= (high - own) / 2**6


def test_at_most_two_are_told_what_decides_most_first():
    def beyond(name, part):
        low, own, high = ends(name)
        zero = high - part * (high - low)
        assert zero > own
        return lambda q: (zero - of(q, name)) / (high - low)

    parts = {SECURITY: 0.1, HARM: 0.25, HORIZON: 0.05}
    margins = {name: beyond(name, part) for name, part in parts.items()}
    found = one_turn(lambda q: np.min([margin(q) for margin in margins.values()], axis=0))
    assert [turn.names for turn in found] == [(HARM,), (SECURITY,)]
    assert [turn.other for turn in found] == pytest.approx([0.25, 0.1], abs=0.02)


@pytest.mark.parametrize(
    ("held", "holds", "at", "share"),
    [
        ({0: 1.0, 1: 1.0, 2: -1.0}, False, (2.0,), 0.7),
        ({0: -1.0, 1: 1.0, 2: -1.0}, False, (0.0, 2.0), 0.5),
        ({0: 1.0, 1: -1.0, 2: -1.0}, True, (0.0,), 0.2),
        ({0: 0.0, 1: -1.0, 2: -1.0}, True, (0.0,), 0.2),
    ],
)
def test_a_step_of_the_state_turns_a_verdict_by_its_chance(held, holds, at, share):
    (turn,) = one_turn(lambda q: held[q.state.stocks] + 0.0 * q.delta, CHANCES)
    assert turn == Turn(("stocks",), holds, "at", at, pytest.approx(share))


def test_steps_are_asked_with_the_rest_of_the_state_and_the_rounds_as_they_are():
    seen = set()

    def margin(q):
        if len(q) == 1:
            seen.add((q.state, float(q.rounds[0])))
        return 1.0 + 0.0 * q.delta

    rare = question(BUSAN, SCENARIO, HERE, "small", rounds=np.array([0.5]))
    assert Search(rare, (theory("t", a=margin),), StateOfTheDay(HERE, CHANCES)).found() == {("t", "a"): ()}
    steps = {State(stocks=k) for k in range(3)} | {State(stocks=1, curb_dependence=k) for k in range(3)}
    assert {state for state, _ in seen} == steps
    assert {rounds for _, rounds in seen} == {0.5}


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_two_turn_together_what_neither_turns_alone(sign):
    # Each goes from 0 at its centre to 1 at its upper end; the margin is gone at 1.2 of both. A third does a
    # little less.
    def way(q, name):
        _, own, high = ends(name)
        return (of(q, name) - own) / (high - own)

    def margin(q):
        return sign * (1.2 - way(q, SECURITY) - way(q, HARM) - 0.9 * way(q, HORIZON))

    (turn,) = one_turn(margin)
    assert set(turn.names) == {SECURITY, HARM}
    assert (turn.where, turn.holds) == ("towards", sign < 0)
    assert turn.at == pytest.approx([ends(name)[2] for name in turn.names])
    grid = [
        sign * (1.2 - x - y) >= 0
        for x, y in product(
            *(
                [(v - ends(n)[1]) / (ends(n)[2] - ends(n)[1]) for v in np.linspace(*ends(n)[::2], 5)]
                for n in (SECURITY, HARM)
            )
        )
    ]
    assert turn.share == pytest.approx(sum(grid) / 25)
    assert 0 < turn.other < 1


@pytest.mark.parametrize("others", [5, 4])
def test_of_those_that_turn_it_in_no_other_way_six_that_move_it_most_are_paired(others):
    """Two that turn it together move it less, each alone, than some others, of which no pair does."""
    named = [name for name in search(theory("t"))._ends() if name not in (SECURITY, HARM)][:others]

    def way(q, name):
        _, own, high = ends(name)
        return np.clip((of(q, name) - own) / (high - own), 0.0, 1.0)

    def margin(q):
        mine = way(q, SECURITY), way(q, HARM)
        rest = np.max([way(q, name) for name in named], axis=0)
        return 1.0 - 0.3 * rest - 0.2 * np.maximum(*mine) - 5.0 * mine[0] * mine[1]

    found = one_turn(margin)
    assert [set(turn.names) for turn in found] == ([] if others == 5 else [{SECURITY, HARM}])
