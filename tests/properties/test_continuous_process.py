"""What holds for the processes that play makes of all games in continuous time, beside exact arithmetic."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

import negotiation as ng
from negotiation.base.numeric import fraction_array
from negotiation.errors import InvalidRate, SizeLimit
from negotiation.game_theory.linear_systems import solve_linear

SEEDS = st.integers(0, 2**32 - 1)


def can_happen(game, play, events):
    """Return whether play can show these events in this order and none else."""
    rates = [
        (s, int(rows.targets[j]), rows.event(j))
        for rows, choices in zip(game.options, play, strict=True)
        for s in range(game.n_states)
        for j, chance in zip(range(*rows.row(s).indices(10**6)), choices[s], strict=True)
        if chance > 0.0
    ]
    reached = {0}
    for event in [*events, None]:
        while grown := {goal for s, goal, shown in rates if shown is None and s in reached} - reached:
            reached |= grown
        if event is not None:
            reached = {goal for s, goal, shown in rates if shown == event and s in reached}
    return bool(reached)


@given(SEEDS)
def test_impossible_paths_have_no_likelihood_and_states_have_chances(seed):
    rng = np.random.default_rng(seed)
    options, play = [], []
    for s in range(4):
        shown = [(s, 0.0), *((int(rng.integers(4)), 0.0, str(rng.choice(list("wxyz")))) for _ in range(6))]
        options.append([*shown, *([(int(rng.integers(4)), 0.0)] if rng.random() < 0.4 else [])])
        chances = rng.dirichlet(np.ones(len(options[s]))) * (rng.random(len(options[s])) < 0.5)
        play.append([*chances[:-1], 1.0 - chances[:-1].sum()])
    game = ng.ContinuousTimeGame(np.zeros((4, 1)), [ng.DecisionMaker(0, rng.uniform(0.1, 9.0), options)], 0.5)
    seen = [str(event) for event in rng.choice(game.events, int(rng.integers(0, 4)))]
    path = ng.EventPath("0", [(0.2 * (k + 1), event) for k, event in enumerate(seen)], years=1.0)
    found = ng.log_likelihood(game, [play], path)
    assert math.isfinite(found.value) == can_happen(game, [play], seen)
    if math.isfinite(found.value):
        assert ((found.filtered >= 0.0) & (found.filtered <= 1.0)).all()


def unlike(rng, shape):
    """Return rates from a billionth to a billion, half of them zero."""
    return 10.0 ** rng.uniform(-9.0, 9.0, shape) * (rng.random(shape) < 0.5)


def exact_system(rates, exits):
    """Return the matrix of times to an exit in rational numbers."""
    n = len(exits)
    leaves = [sum(map(Fraction, row)) + Fraction(out) for row, out in zip(rates, exits, strict=True)]
    return fraction_array(
        [[leaves[s] * (s == k) - Fraction(rates[s][k]) for k in range(n)] for s in range(n)]
    )


def worst(found, exact):
    """Return the largest error as a share of the exact number."""
    return float(
        max(abs(Fraction(x) - y) / y if y else x for x, y in zip(found.tolist(), exact, strict=True))
    )


@given(SEEDS, st.integers(2, 6))
def test_long_times_and_shares_are_those_of_rational_numbers(seed, n):
    rng = np.random.default_rng(seed)
    nature, rates = unlike(rng, (n, n)), unlike(rng, n)
    nature[np.arange(n), np.arange(n) - 1] = 10.0 ** rng.uniform(-9.0, 9.0, n)  # round all states
    np.fill_diagonal(nature, 0.0)
    rates[0] = 10.0 ** rng.uniform(-9.0, 9.0)
    goals = rng.integers(n, size=n)
    maker = ng.DecisionMaker(0, rates, [[(s, 0), (int(goals[s]), 0, "x")] for s in range(n)])
    game, play = ng.ContinuousTimeGame(np.zeros((n, 1)), [maker], 0.5, nature), [[1] * n]
    times = ng.expected_event_times(game, play)
    truth = solve_linear(exact_system(nature, rates), fraction_array([1] * n))
    assert worst(times.years[0], truth) <= times.error < 1e-12
    np.add.at(nature, (np.arange(n), goals), rates)
    np.fill_diagonal(nature, 0.0)
    system = exact_system(nature, np.zeros(n)).T
    system[0] = 1
    found = ng.stationary_distribution(game, play)
    truth = solve_linear(system, fraction_array([1] + [0] * (n - 1)))
    assert worst(found.probabilities, truth) <= found.error < 1e-12
    assert found.status == times.status == "complete"


@given(SEEDS, st.integers(1, 5))
def test_where_play_ends_is_that_of_rational_numbers(seed, n):
    rng = np.random.default_rng(seed)
    nature = np.zeros((n + 2, n + 2))
    nature[:n] = unlike(rng, (n, n + 2))
    nature[0, n] = nature[np.arange(1, n), np.arange(n - 1)] = 1e-9  # a way out of each state
    np.fill_diagonal(nature, 0.0)
    game = ng.ContinuousTimeGame(np.zeros((n + 2, 1)), [], 0.5, nature)
    found = ng.stationary_distribution(game, [], start=game.states[n - 1])
    system = exact_system(nature[:n, :n], [sum(map(Fraction, row)) for row in nature[:n, n:]])
    truth = solve_linear(system, fraction_array(nature[:n, n:].tolist()))[n - 1]
    assert worst(found.probabilities, [*[0] * n, *truth]) <= found.error < 1e-12


def line(up, down):
    """Return a line of states, 3,000 of them, and play that shows an event at its upper end."""
    n = 3000
    steps = np.arange(n - 1)
    nature = csr_array(
        (
            np.repeat([up, down], n - 1),
            (np.concatenate([steps, steps + 1]), np.concatenate([steps + 1, steps])),
        ),
        shape=(n, n),
    )
    options = [[(s, 0)] for s in range(n - 1)] + [[(n - 1, 0), (n - 1, 0, "x")]]
    maker = ng.DecisionMaker(0, 1.0, options)
    return ng.ContinuousTimeGame(np.zeros((n, 1)), [maker], 0.5, nature), [[0] * (n - 1) + [1]]


def test_bounds_of_more_states_hold_and_say_where_they_are_wide():
    game, play = line(2.0, 1.0)
    found = ng.expected_event_times(game, play)
    waits = [Fraction(1, 2)]  # for one step up: half a year, and a step down first with chance 1/3
    for _ in range(2998):
        waits.append(Fraction(1, 2) + waits[-1] / 2)
    truth = np.array([float(x) for x in np.cumsum([1 + waits[-1], *reversed(waits)])[::-1]])
    assert found.status == "complete"
    assert abs(found.years[0] - truth).max() <= found.error * truth.min()
    rare, play = line(1.0, 1.02)
    found = ng.expected_event_times(rare, play)
    assert (found.status, found.error > 1e-6) == ("partial", True)
    even, play = line(1.0, 1.0)
    found = ng.stationary_distribution(even, play)
    assert found.status == "complete"
    assert abs(found.probabilities - 1 / 3000).sum() <= found.error
    assert ng.stationary_distribution(*line(2.0, 1.0)).status == "partial"


def test_times_beyond_doubles_are_refused():
    up = np.diag([1e-9] * 39, 1) + np.diag([1e9] * 39, -1)
    options = [[(s, 0), *([(s, 0, "x")] if s == 39 else [])] for s in range(40)]
    game = ng.ContinuousTimeGame(np.zeros((40, 1)), [ng.DecisionMaker(0, 1.0, options)], 0.5, up)
    with pytest.raises(InvalidRate, match=r"at which 40 states are left, .* differ too much"):
        ng.expected_event_times(game, [[0] * 39 + [1]])
    found = ng.stationary_distribution(game, [[0] * 39 + [1]])
    assert found.probabilities[:3] == pytest.approx([1.0, 1e-18, 1e-36], rel=1e-12)


@pytest.mark.long
@given(SEEDS, st.sampled_from([0.1, 30.0, 1e3, 2e4]))
def test_an_error_of_transitions_is_a_bound(seed, jumps):
    # Any state to any of n others at the same rate, in so many options: one exponential.
    rng = np.random.default_rng(seed)
    n, times = int(rng.integers(2, 7)), int(rng.integers(1, 6))
    check_transitions(n, times, jumps, float(rng.uniform(0.1, 10.0)))


def test_an_error_of_transitions_is_a_bound_where_states_have_many_options():
    check_transitions(6, 5, 1e3, 0.7)


@pytest.mark.long
def test_an_error_of_transitions_is_a_bound_over_a_million_jumps():
    check_transitions(2, 3, 1e6, 0.7)


def check_transitions(n, times, jumps, rate):
    options = [[(s, 0), *((k, 0) for k in range(n) if k != s for _ in range(times))] for s in range(n)]
    share = 1.0 / (times * (n - 1))
    game = ng.ContinuousTimeGame(np.zeros((n, 1)), [ng.DecisionMaker(0, rate, options)], 0.5)
    play = [[[0.0] + [share] * (times * (n - 1))] * n]
    years = np.array([0.3, 1.0]) * jumps / rate
    found = ng.transition_probabilities(game, play, start="0", years=years)
    left = np.exp(-rate * share * times * n * years)
    truth = (1.0 - left[:, None]) / n + left[:, None] * np.eye(n)[0]
    assert (abs(found.probabilities - truth).sum(axis=1) <= found.error).all()
    assert found.error <= 1e-13 + 1e-14 * (n + times) * n * (jumps + 20.0 * np.sqrt(jumps) + 20.0)


def test_a_likelihood_of_more_jumps_than_can_be_gone_through_is_refused():
    maker = ng.DecisionMaker(0, 1e20, [[(0, 0), (0, 0, "x")]])
    game = ng.ContinuousTimeGame([[0.0]], [maker], 0.5)
    with pytest.raises(SizeLimit, match="jumps are expected over 1 years, more than 2,000,000"):
        ng.log_likelihood(game, [[1]], ng.EventPath("0", [(0.5, "x")], years=1.0))
