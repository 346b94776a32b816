"""How long play lasts: exact against closed forms, against powers of the chain, against simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation.game_theory.games import PublicSignal, RepeatedGame, StageGame
from negotiation.game_theory.play import simulate
from negotiation.game_theory.solvers.closed_forms.survival import survival
from negotiation.strategies import Automaton, grim_trigger
from tests.properties.simulated_plays import curve, times_to_event

STAGE = StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
CHANCES = st.floats(0.01, 0.6)


def noisy(p, q=0.9):
    rows = [[[1 - p, p], [1 - q, q]], [[1 - q, q], [1 - q, q]]]
    return RepeatedGame(STAGE, 0.9, PublicSignal(rows, ("calm", "alarm")))


def forgiving(stay):
    """Grim, but the truce comes back with a chance each period of war."""
    war = {"otherwise": {"war": stay, "peace": 1 - stay}} if 0 < stay < 1 else {"otherwise": "war"}
    moves = {"peace": {"calm": "peace", "alarm": "war"}, "war": war}
    return Automaton(["peace", "war"], "peace", {"peace": ("C", "C"), "war": ("D", "D")}, moves)


@given(p=CHANCES)
def test_a_constant_false_alarm_gives_a_geometric_life(p):
    for event in ({"off": ["war"]}, {"alarms": ["alarm"]}):
        found = survival(noisy(p), forgiving(1), periods=40, **event)
        assert found.curve == pytest.approx((1 - p) ** np.arange(41), abs=1e-12)
        assert found.mean == pytest.approx(1 / p, rel=1e-9)
        assert found.hazard == pytest.approx(np.full(40, p), rel=1e-9)
        assert found.never == 0


@given(p=CHANCES, stay=st.floats(0.1, 0.9))
def test_first_alarms_come_sooner_than_first_breaks_of_a_play_that_answers_the_second(p, stay):
    moves = {
        "peace": {"calm": "peace", "alarm": "warned"},
        "warned": {"calm": {"warned": stay, "peace": 1 - stay}, "alarm": "war"},
        "war": {"otherwise": "war"},
    }
    actions = {"peace": ("C", "C"), "warned": ("C", "C"), "war": ("D", "D")}
    twice = Automaton(["peace", "warned", "war"], "peace", actions, moves)
    alarm = survival(noisy(p), twice, alarms=["alarm"], periods=30)
    broken = survival(noisy(p), twice, off=["war"], periods=30)
    assert (alarm.curve <= broken.curve + 1e-12).all()
    assert alarm.mean <= broken.mean
    # First step analysis: from warned m_w = 1 + (1-p)(stay m_w + (1-stay) m_p), from peace m_p = 1/p + m_w.
    m_w = (1 + (1 - p) * (1 - stay) / p) / (1 - (1 - p))
    assert broken.mean == pytest.approx(1 / p + m_w, rel=1e-8)


def test_what_never_comes_has_no_mean():
    found = survival(RepeatedGame(STAGE, 0.9), grim_trigger(STAGE, ("C", "C"), ("D", "D")), off=["punish"])
    assert found.never == 1
    assert np.isinf(found.mean)
    assert found.median is None
    assert (found.curve == 1).all()


def test_a_chance_of_escape_leaves_a_chance_of_never():
    moves = {"start": {"otherwise": {"safe": 0.25, "off": 0.75}}, "safe": {"otherwise": "safe"}}
    moves["off"] = {"otherwise": "off"}
    play = Automaton(["start", "safe", "off"], "start", dict.fromkeys(moves, ("C", "C")), moves)
    found = survival(RepeatedGame(STAGE, 0.9), play, off=["off"], periods=3)
    assert found.never == pytest.approx(0.25)
    assert np.isinf(found.mean)
    assert found.curve.tolist() == [1, 0.25, 0.25, 0.25]


@given(p=CHANCES, stay=st.floats(0.1, 0.9), seed=st.integers(0, 2**32 - 1))
def test_simulation_agrees_within_its_error(p, stay, seed):
    game, play = noisy(p), forgiving(stay)
    exact = survival(game, play, off=["war"], periods=12)
    times = times_to_event(game, play, off=["war"], periods=12, runs=4000, seed=seed)
    error = np.sqrt(exact.curve * (1 - exact.curve) / 4000)
    assert (np.abs(curve(times, 12) - exact.curve) <= 6 * error + 1e-9).all()


def test_the_same_seed_gives_the_same_play_and_its_payoffs_are_those_of_its_profiles():
    one, two = (simulate(noisy(0.3), forgiving(0.5), 50, rng=7) for _ in range(2))
    assert (one.states, one.signals) == (two.states, two.signals)
    assert "war" in one.states
    for profile, payoffs in zip(one.profiles, one.payoffs, strict=True):
        assert payoffs.tolist() == STAGE.payoff(profile).tolist()
    other = simulate(noisy(0.3), forgiving(0.5), 50, rng=8)
    assert one.signals != other.signals
