"""What follows from play in continuous time, against closed forms, dense exponentials and draws."""

import math

import numpy as np
import pytest
from scipy.linalg import expm

import negotiation as ng
from negotiation.errors import InvalidGame
from negotiation.game_theory.solvers.continuous.numerics import NUMERICS
from tests.properties.continuous_games import random_game


def one_way(rate=2.0):
    """Return a game whose one maker acts at every chance, and states "before" and "after"."""
    maker = ng.DecisionMaker(0, rate, [[(0, 0.0), (1, 0.0, "act")], [(1, 0.0)]])
    game = ng.ContinuousTimeGame([[0.0], [1.0]], [maker], 0.1, states=("before", "after"))
    return game, [[1, 0]]


def dense(game, choices):
    """Return the generator, and the intensities of each event, written out plainly."""
    n = game.n_states
    moves, shown = np.zeros((n, n)), {event: np.zeros((n, n)) for event in game.events}
    np.add.at(moves, (game.nature.sources, game.nature.targets), game.nature.rates)
    for m, rows in enumerate(game.options):
        for j, s in enumerate(rows.sources):
            flow = game.rates[m, s] * choices[m].flat[j]
            if rows.event(j) is not None:
                shown[rows.event(j)][s, rows.targets[j]] += flow
                moves[s, rows.targets[j]] += flow
            elif rows.targets[j] != s:
                moves[s, rows.targets[j]] += flow
    return moves - np.diag(moves.sum(axis=1)), shown


@pytest.fixture(params=range(6))
def played(request):
    game = random_game(request.param, states=5)
    return game, ng.markov_perfect_equilibria(game, starts=1)[0]


def test_transitions_are_the_exponential_of_the_generator(played):
    game, e = played
    generator, _ = dense(game, e.choice_probabilities)
    found = ng.transition_probabilities(game, e, start="2", years=[0.0, 0.3, 7.0])
    for years, row in zip(found.years, found.probabilities, strict=True):
        assert row == pytest.approx(expm(generator * years)[2], abs=1e-11)
    assert found.error < 1e-11
    assert abs(found.probabilities.sum(axis=1) - 1.0).max() <= 1e-11


def test_the_error_bound_holds_where_it_is_made_coarse(played, monkeypatch):
    game, e = played
    generator, _ = dense(game, e.choice_probabilities)
    monkeypatch.setattr(
        "negotiation.game_theory.solvers.continuous.uniformisation.NUMERICS", NUMERICS._replace(tail=1e-3)
    )
    found = ng.transition_probabilities(game, e, start="2", years=3.0)
    missed = abs(found.probabilities[0] - expm(generator * 3.0)[2]).sum()
    assert 1e-9 < missed <= found.error * (1 + 1e-9) < 1e-2  # all of it, but for rounding


def test_events_are_counted_and_not_changes_of_state(played):
    game, e = played
    generator, shown = dense(game, e.choice_probabilities)
    begin = np.full(5, 0.2)
    found = ng.event_probabilities(game, e, start=begin, years=[0.5, 2.0], begin=0.25)
    for event, row in zip(found.events, found.probabilities, strict=True):
        taboo = generator - shown[event]
        for years, chance in zip((0.25, 1.75), row, strict=True):
            none = begin @ expm(generator * 0.25) @ expm(taboo * years)
            assert chance == pytest.approx(1.0 - none.sum(), abs=1e-11)


def test_two_makers_that_show_one_event_add_up():
    makers = [ng.DecisionMaker(0, rate, [[(0, 0.0), (0, 0.0, "move")]]) for rate in (1.0, 2.0)]
    game = ng.ContinuousTimeGame([[0.0]], makers, 0.1)
    found = ng.event_probabilities(game, [[1], [1]], start="0", years=1.0, events=["move"])
    assert found.probability("move", 1.0) == pytest.approx(1 - math.exp(-3.0))
    path = ng.EventPath("0", [(0.5, "move")], years=1.0)
    assert ng.log_likelihood(game, [[1], [1]], path).value == pytest.approx(math.log(3.0) - 3.0)


def test_expected_times_solve_their_system_and_are_infinite_where_the_event_may_never_come(played):
    game, e = played
    generator, shown = dense(game, e.choice_probabilities)
    found = ng.expected_event_times(game, e)
    for event, years in zip(found.events, found.years, strict=True):
        finite = np.isfinite(years)
        if finite.all():
            assert (generator - shown[event]) @ years == pytest.approx(-np.ones(5), abs=1e-8)
        # A state from which it may never come: the chance of none does not vanish.
        none = expm((generator - shown[event]) * 1e5).sum(axis=1)
        assert (none[finite] < 1e-3).all()
        assert (none[~finite] > 1e-9).all()
    game, play = one_way()
    assert ng.expected_event_times(game, play).expected("act", "before") == pytest.approx(0.5)
    assert ng.expected_event_times(game, play).expected("act", "after") == math.inf


def test_the_stationary_distribution_is_where_transitions_settle(played):
    game, e = played
    generator, _ = dense(game, e.choice_probabilities)
    limit = expm(generator * 1e6)
    for start in (None, "1"):
        try:
            found = ng.stationary_distribution(game, e, start=start)
        except InvalidGame:
            assert start is None
            continue
        assert found.probabilities == pytest.approx(limit[1], abs=1e-8)
        assert found.residual < 1e-10


def test_play_that_may_settle_in_several_places_needs_a_start():
    maker = ng.DecisionMaker(0, 1.0, [[(0, 0.0), (1, 0.0), (2, 0.0)], [(1, 0.0)], [(2, 0.0)]])
    game = ng.ContinuousTimeGame(np.zeros((3, 1)), [maker], 0.1, states=("fork", "left", "right"))
    play = [[[0.0, 0.25, 0.75], 0, 0]]
    with pytest.raises(InvalidGame, match="2 separate sets of states, which contain left, right; give"):
        ng.stationary_distribution(game, play)
    found = ng.stationary_distribution(game, play, start="fork")
    assert found.probabilities == pytest.approx([0.0, 0.25, 0.75])
    assert found.classes == 2
    assert (
        ng.stationary_distribution(game, play, start={"left": 0.5, "right": 0.5}).probability("left") == 0.5
    )


def test_a_likelihood_is_that_of_the_matrices(played):
    game, e = played
    generator, shown = dense(game, e.choice_probabilities)
    one, other = game.events[0], game.events[-1]
    path = ng.EventPath("0", [(0.2, one), (0.2, other), (0.9, one)], years=1.5)
    quiet = generator - sum(shown.values())
    begin = np.eye(5)[0]
    mass = begin @ expm(quiet * 0.2) @ shown[one] @ shown[other] @ expm(quiet * 0.7) @ shown[one]
    mass = (mass @ expm(quiet * 0.6)).sum()
    found = ng.log_likelihood(game, e, path)
    assert found.value == (pytest.approx(math.log(mass), abs=1e-9) if mass > 0.0 else -math.inf)
    assert float(found) == found.value


def test_unobserved_events_are_summed_over(played):
    game, e = played
    if len(game.events) < 2:
        pytest.skip("one event alone")
    generator, shown = dense(game, e.choice_probabilities)
    seen, hidden = game.events[0], game.events[1]
    quiet = generator - sum(rates for event, rates in shown.items() if event != hidden)
    begin = np.eye(5)[0]
    mass = (begin @ expm(quiet * 0.4) @ shown[seen] @ expm(quiet * 0.6)).sum()
    path = ng.EventPath("0", [(0.4, seen)], years=1.0)
    found = ng.log_likelihood(game, e, path, unobserved=[hidden])
    assert found.value == (pytest.approx(math.log(mass), abs=1e-9) if mass > 0.0 else -math.inf)
    with pytest.raises(InvalidGame, match="but `unobserved` names it"):
        ng.log_likelihood(game, e, path, unobserved=[seen])


def test_an_impossible_path_has_no_likelihood():
    game, play = one_way()
    twice = ng.EventPath("before", [(0.1, "act"), (0.2, "act")], years=1.0)
    assert ng.log_likelihood(game, play, twice).value == -math.inf
    assert ng.log_likelihood(game, play, ng.EventPath("after", [], 1.0)).value == pytest.approx(
        0.0, abs=1e-12
    )


@pytest.mark.long
def test_draws_are_as_often_as_they_are_likely(played):
    game, e = played
    rng = np.random.default_rng(1)
    draws = 4000
    ends, seen = np.zeros(5), dict.fromkeys(game.events, 0)
    for _ in range(draws):
        path = ng.simulate_moves(game, e, start="0", years=0.8, rng=rng)
        ends[game.state_index(path.states[-1] if len(path) else "0")] += 1
        for event in {event for event in path.events if event}:
            seen[event] += 1
    expected = ng.transition_probabilities(game, e, start="0", years=0.8).probabilities[0]
    assert abs(ends / draws - expected).max() < 4.5 / math.sqrt(4 * draws)
    chances = ng.event_probabilities(game, e, start="0", years=0.8)
    for event, count in seen.items():
        assert abs(count / draws - chances.probability(event, 0.8)) < 4.5 / math.sqrt(4 * draws)
