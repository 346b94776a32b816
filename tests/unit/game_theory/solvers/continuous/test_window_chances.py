"""Many windows at once are what they are one by one, and counts are those of the rates."""

import numpy as np
import pytest

import negotiation as ng
from negotiation.game_theory.games.continuous_time import DecisionMaker
from negotiation.game_theory.solvers.continuous.window_chances import WindowChances


def drawn(seed, states=5, makers=3):
    """A game with moves of all makers everywhere, events that two of them show, and its play."""
    rng = np.random.default_rng(seed)
    made, play = [], []
    for m in range(makers):
        options = [
            [(s, 0.0), *((int(rng.integers(states)), 0.0, f"e{rng.integers(3)}") for _ in range(2))]
            for s in range(states)
        ]
        made.append(DecisionMaker(m % 2, float(rng.uniform(0.5, 20.0)), options, label=f"m{m}"))
        play.append([rng.dirichlet(np.ones(3)).tolist() for _ in range(states)])
    nature = rng.uniform(0.0, 2.0, (states, states)) * (rng.random((states, states)) < 0.4)
    np.fill_diagonal(nature, 0.0)
    return ng.ContinuousTimeGame(rng.normal(size=(states, 2)), made, 0.5, nature), play


@pytest.mark.parametrize("seed", range(6))
def test_windows_at_once_are_those_of_one_after_the_other(seed):
    game, play = drawn(seed)
    start = np.random.default_rng(seed).dirichlet(np.ones(game.n_states))
    windows = [(0.0, 0.3), (0.0, 0.01), (0.3, 0.3), (0.3, 0.9), (1.0, 5.0)]
    found = WindowChances(game, play).chances(start, windows)
    for row, (begin, end) in zip(found, windows, strict=True):
        alone = ng.event_probabilities(game, play, start=start, begin=begin, years=end)
        assert row == pytest.approx(alone.probabilities[:, 0], abs=1e-11)


def test_counts_are_integrals_of_rates():
    game, play = drawn(7)
    ahead, start = WindowChances(game, play), game.states[2]
    years = np.linspace(0.0, 1.5, 1501)
    found = ng.transition_probabilities(game, play, start=start, years=years).probabilities
    rates = np.array(
        [
            sum(
                maker.rate * share
                for maker, own in zip(game.makers, play, strict=True)
                for share in own[s][1:]
            )
            for s in range(game.n_states)
        ]
    )
    assert ahead.expected(start, 1.5) == pytest.approx(float(np.trapezoid(found @ rates, years)), rel=1e-5)
    assert ahead.expected(start, 0.0) == 0.0
