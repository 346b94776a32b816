"""What follows from play in continuous time, against closed forms, dense exponentials and draws."""

import math

import numpy as np
import pytest
from scipy.linalg import expm

import negotiation as ng
from negotiation.errors import InvalidGame, InvalidProbabilities, InvalidStrategy, SizeLimit, UnknownEvent
from negotiation.game_theory.solvers.continuous.generator import process
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


def test_an_event_that_stays_is_as_likely_as_one_that_moves():
    talk = ng.DecisionMaker(0, 4.0, [[(0, 0.0), (0, 0.0, "talk"), (1, 0.0, "act")], [(1, 0.0)]])
    game = ng.ContinuousTimeGame([[0.0], [0.0]], [talk], 0.1)
    found = ng.event_probabilities(game, [[[0.5, 0.25, 0.25], 0]], start="0", years=0.5)
    # Either comes first with the same chance; after the act nothing does.
    assert found.probability("talk", 0.5) == pytest.approx((1 - math.exp(-1.0)) / 2)
    assert found.probability("act", 0.5) == pytest.approx(1 - math.exp(-0.5))


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


@pytest.mark.long
def test_an_expected_time_is_the_integral_of_the_chance_of_none(played):
    game, e = played
    event = game.events[0]
    expected = ng.expected_event_times(game, e, events=[event]).years[0, 0]
    if math.isfinite(expected) and expected < 50.0:
        years = np.linspace(0.0, 40.0 * expected, 40_001)
        chance = ng.event_probabilities(game, e, start="0", years=years, events=[event]).probabilities[0]
        assert np.trapezoid(1.0 - chance, years) == pytest.approx(expected, rel=1e-3)


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
    with pytest.raises(InvalidGame, match="2 parts of the states, those of left, right: say where it begins"):
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
    with pytest.raises(InvalidGame, match="said to be unobserved"):
        ng.log_likelihood(game, e, path, unobserved=[seen])


def test_likelihoods_of_all_paths_of_short_time_sum_to_one(played):
    # None, or one event at some time: what is missing has two events or more, of the order of time squared.
    game, e = played
    years = 1e-3
    fastest = (game.rates.sum(axis=0)).max()
    none = math.exp(ng.log_likelihood(game, e, ng.EventPath("0", [], years)).value)
    once = sum(
        math.exp(ng.log_likelihood(game, e, ng.EventPath("0", [(years / 2, event)], years)).value)
        for event in game.events
    )
    assert none + years * once == pytest.approx(1.0, abs=(years * fastest) ** 2)


def test_long_quiet_times_have_their_digits():
    maker = ng.DecisionMaker(0, 40.0, [[(0, 0.0), (0, 0.0, "talk")]])
    game = ng.ContinuousTimeGame([[0.0]], [maker], 0.1)
    found = ng.log_likelihood(game, [[1]], ng.EventPath("0", [], years=100.0))
    assert found.value == pytest.approx(-4000.0, rel=1e-10)


def test_the_gradient_of_a_likelihood_is_that_of_finite_differences_of_the_matrices():
    # The log likelihood moves with the rate as its closed form does.
    def value(rate):
        game, play = one_way(rate)
        return ng.log_likelihood(game, play, ng.EventPath("before", [(0.7, "act")], years=1.0)).value

    h = 1e-4
    assert (value(2.0 + h) - value(2.0 - h)) / (2 * h) == pytest.approx(1.0 / 2.0 - 0.7, abs=1e-7)


def test_an_impossible_path_has_no_likelihood():
    game, play = one_way()
    twice = ng.EventPath("before", [(0.1, "act"), (0.2, "act")], years=1.0)
    assert ng.log_likelihood(game, play, twice).value == -math.inf
    assert ng.log_likelihood(game, play, ng.EventPath("after", [], 1.0)).value == pytest.approx(
        0.0, abs=1e-12
    )


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


def test_a_drawn_path_is_the_same_for_the_same_seed_and_has_a_likelihood(played):
    game, e = played
    one, other = (ng.simulate_moves(game, e, start="0", years=200.0, rng=5) for _ in range(2))
    assert (one.times == other.times).all()
    assert one.events == other.events
    assert math.isfinite(ng.log_likelihood(game, e, one).value)


def test_paths_longer_than_the_first_room_are_whole():
    game, _ = one_way()
    back = ng.DecisionMaker(0, 50.0, [[(1, 0.0, "there"), (0, 0.0)], [(0, 0.0, "back"), (1, 0.0)]])
    game = ng.ContinuousTimeGame([[0.0], [0.0]], [back], 0.1)
    path = ng.simulate_moves(game, [[0, 0]], start="0", years=60.0)
    assert abs(len(path) - 3000) < 6 * math.sqrt(3000)
    assert path.events[:4] == ("there", "back") * 2
    assert (np.diff(path.times) > 0.0).all()


def test_a_logit_response_departs_from_what_is_no_equilibrium_alone():
    game = random_game(4, states=4, precision=2.0)
    stay = [
        [int(np.flatnonzero(rows.targets[rows.row(s)] == s)[0]) for s in range(4)] for rows in game.options
    ]
    found = ng.logit_response(game, stay)
    assert ng.verify(game, found).holds
    # Who always stays is paid the flow of the state, moved by nature alone.
    generator = np.zeros((4, 4))
    np.add.at(generator, (game.nature.sources, game.nature.targets), game.nature.rates)
    generator -= np.diag(generator.sum(axis=1))
    for m, (rows, owner) in enumerate(zip(game.options, game.owners, strict=True)):
        payoff = np.array([rows.payoffs[rows.indptr[s] + stay[m][s]] for s in range(4)])
        flows = game.flows[:, owner] + game.rates[m] * payoff
        values = np.linalg.solve(game.discount_rates[owner] * np.eye(4) - generator, flows)
        assert found.values[:, owner] == pytest.approx(values, abs=1e-9)
        for s in range(4):
            part = rows.row(s)
            worth = game.precisions[m] * (rows.payoffs[part] + values[rows.targets[part]])
            weights = np.exp(worth - worth.max())
            assert found.choice_probabilities[m][s] == pytest.approx(weights / weights.sum(), abs=1e-9)
    off = type(found)(
        game,
        found.values + 1e-3,
        found.choice_probabilities,
        found.residuals,
        "hand",
        strategies=found.strategies,
    )
    assert not ng.verify(game, off).holds


def test_what_is_not_taken_is_refused():
    game, play = one_way()
    with pytest.raises(InvalidGame, match="finite precisions"):
        ng.logit_response(game, play)
    with pytest.raises(InvalidGame, match="a forecast needs a ContinuousTimeGame; got int"):
        ng.transition_probabilities(3, play, start="before", years=1.0)
    with pytest.raises(InvalidGame, match="not negative"):
        ng.transition_probabilities(game, play, start="before", years=-1.0)
    with pytest.raises(InvalidGame, match="in order of time"):
        ng.transition_probabilities(game, play, start="before", years=[2.0, 1.0])
    with pytest.raises(SizeLimit, match="jumps are expected"):
        ng.transition_probabilities(game, play, start="before", years=1e9)
    with pytest.raises(UnknownEvent, match="no event 'acts'; did you mean 'act'"):
        ng.event_probabilities(game, play, start="before", years=1.0, events=["acts"])
    with pytest.raises(InvalidGame, match="does not end before it begins"):
        ng.event_probabilities(game, play, start="before", years=1.0, begin=2.0)
    with pytest.raises(InvalidProbabilities, match="not negative, and sum to 1"):
        ng.transition_probabilities(game, play, start={"before": 0.5}, years=1.0)
    with pytest.raises(InvalidProbabilities, match="each of 2 states"):
        ng.transition_probabilities(game, play, start=[1.0], years=1.0)
    with pytest.raises(InvalidGame, match="chances to move"):
        ng.simulate_moves(game, play, start="before", years=math.inf)
    for moves, years in [([(1.0, "act"), (0.5, "act")], 2.0), ([(1.0, "act")], 0.5), ([(-1.0, "act")], 1.0)]:
        with pytest.raises(InvalidGame, match=r"a path ends after|never fall"):
            ng.EventPath("before", moves, years)
    with pytest.raises(InvalidGame, match="lists"):
        ng.EventPath("before", ["act"], 1.0)
    for wrong in (3, [[1, 0], [1, 0]], [[1]], [[2, 0]], [[[0.5, 0.6], 0]], [[[1.0], 0]], ["ab"], [["x", 0]]):
        with pytest.raises(InvalidStrategy):
            ng.transition_probabilities(game, wrong, start="before", years=1.0)


def test_results_name_their_parts():
    game, play = one_way()
    found = ng.transition_probabilities(game, play, start="before", years=1.0)
    assert found.table().columns == ("state", "1 years")
    with pytest.raises(InvalidGame, match="no probabilities after 2 years"):
        found.probability("before", 2.0)
    assert len(ng.stationary_distribution(game, play).to_pandas()) == 2
    assert process(game, play).generator().sum() == 0.0
