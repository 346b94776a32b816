"""What a verdict turns on, with theories that are made up so that it is known beforehand."""

from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest

from negotiation.disputes import State
from negotiation.truces.record.renewals import ROUNDS, rounds_a_year
from negotiation.truces.record.state_trajectory import StateOfTheDay
from negotiation.truces.theories.common.game_batch import game_batch
from negotiation.truces.theories.common.turning import Search, Turn
from tests.unit.truces.theories.made_up import BUSAN
from tests.us_china import CENTRAL

HERE = State(stocks=1)
ASKED = game_batch(BUSAN, CENTRAL, HERE, "small")
SECURITY, HARM, HORIZON = "chip_control.security_value", "rare_earth_curb.harm", "tariff.horizon"
OFTEN = rounds_a_year(CENTRAL)
CHANCES = {"stocks": np.array([0.2, 0.5, 0.3]), "curb_dependence": np.array([0.0, 0.1, 0.9])}


def of(asked, name):
    """The values of a parameter, or of the rounds of talks, at the settings of a question."""
    if name == ROUNDS:
        return asked.rounds
    own = asked.games.varied.get(name, np.array([asked.scenario.parameters[name]]))
    return np.broadcast_to(own, len(asked))


def ends(name):
    one = OFTEN if name == ROUNDS else CENTRAL.quantities[name]
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
