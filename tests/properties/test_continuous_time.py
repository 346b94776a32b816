"""What holds for equilibria of all games in continuous time."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

import negotiation as ng
from negotiation.base.numeric import fraction_array
from negotiation.game_theory.checks.continuous_time import certify_play
from negotiation.game_theory.linear_systems import solve_linear
from negotiation.game_theory.strategies.move_choices import move_choices
from tests.properties.continuous_games import plain_residual, random_game, value_iteration, with_flows

SEEDS = st.integers(0, 2**32 - 1)
TIGHT = {"rel": 1e-8, "abs": 1e-8}


def solved(game, **options):
    return ng.markov_perfect_equilibria(game, **{"starts": 1, **options})[0]


def flat(equilibrium):
    return np.concatenate([choices.flat for choices in equilibrium.choice_probabilities])


def remade(maker, **changes):
    kept = {
        "player": maker.player,
        "rate": maker.rate,
        "options": maker.options,
        "precision": maker.precision,
        "label": maker.label,
    }
    return ng.DecisionMaker(**(kept | changes))


@given(SEEDS, st.integers(1, 3), st.integers(1, 2))
def test_each_equilibrium_solves_the_equations_written_out(seed, players, agencies):
    game = random_game(seed, players=players, agencies=agencies)
    found = ng.markov_perfect_equilibria(game, starts=3)
    assert len(found) >= 1
    assert found.status == "complete" or players > 1
    for e in found:
        assert plain_residual(game, e.values) <= 1e-9 * game.units.max()
        assert e.residual <= 1e-9 * game.units.max()
        assert ng.verify(game, e).holds
        for choices in e.choice_probabilities:
            assert all(row.sum() == pytest.approx(1.0) for row in choices)


@pytest.mark.long
@given(SEEDS)
def test_one_player_is_dynamic_programming(seed):
    game = random_game(seed, players=1, agencies=2, states=4)
    assert solved(game).values == pytest.approx(value_iteration(game), abs=1e-9)


@given(SEEDS)
def test_the_only_equilibrium_of_one_mover_is_one_of_strict_replies(seed):
    # Few payoffs, so that ties are frequent; beside the mover somebody who stays, and one who never comes.
    rng = np.random.default_rng(seed)
    options = [
        [(s, 0), *((int(rng.integers(3)), int(rng.integers(-1, 2))) for _ in range(2))] for s in range(3)
    ]
    still, away = [[(s, 0)] for s in range(3)], [[(s, 0), (0, 3)] for s in range(3)]
    makers = [
        ng.DecisionMaker(0, 2.0, options),
        ng.DecisionMaker(1, 1.0, still),
        ng.DecisionMaker(1, 0.0, away),
    ]
    flows = rng.integers(0, 3, (3, 2))
    found = ng.markov_perfect_equilibria(ng.ContinuousTimeGame(flows, makers, 0.5))
    taken = [[(s, 0), *options[s][1:]][int(np.argmax(found[0].choice_probabilities[0][s]))] for s in range(3)]
    system = [[Fraction(5, 2) * (s == k) - 2 * (taken[s][0] == k) for k in range(3)] for s in range(3)]
    values = solve_linear(
        fraction_array(system), fraction_array([int(flows[s, 0]) + 2 * taken[s][1] for s in range(3)])
    )
    worth = [sorted(paid + values[goal] for goal, paid in row) for row in options]
    assert all(values[taken[s][0]] + taken[s][1] == worth[s][-1] for s in range(3))
    assert (found.status == "complete") == all(row[-2] < row[-1] for row in worth)


def test_bystanders_are_paid_by_how_a_tie_is_broken():
    mover = ng.DecisionMaker(0, 1.0, [[(0, 0), (1, 0)], [(1, 0)]], label="M")
    game = ng.ContinuousTimeGame([[0, 0], [0, 1]], [mover], 0.5, states=("calm", "tense"))
    found = ng.markov_perfect_equilibria(game)
    assert found.status == "partial"
    assert "2 options of M in calm" in found.reason
    choices = move_choices(game, [[1, 0]])
    missing = type(found[0])(game, np.array([[0, 4 / 3], [0, 2]]), choices, np.zeros(2), "hand")
    assert ng.verify(game, missing).holds


@example(393, (1e5, 0.01))  # bounded by two residuals, each rounded
@given(SEEDS, st.sampled_from([(1e3, 1e-4), (1e5, 0.01), (1e9, 0.05)]))
def test_one_linear_system_is_solved_however_fast_nature_is(seed, pace):
    rate, rho = pace
    rng = np.random.default_rng(seed)
    nature = rng.uniform(0.0, rate, (4, 4)) * (1.0 - np.eye(4))
    flows = rng.normal(size=4)
    found = ng.markov_perfect_equilibria(ng.ContinuousTimeGame(flows[:, None], [], rho, nature))
    assert found.status == "complete"
    leaves = [sum(map(Fraction, row)) for row in nature]
    system = [
        [(Fraction(rho) + leaves[s]) * (s == k) - Fraction(nature[s, k]) for k in range(4)] for s in range(4)
    ]
    values = np.array([float(x) for x in solve_linear(fraction_array(system), fraction_array(flows))])
    assert (abs(found[0].values[:, 0] - values) <= found[0].gain_bounds[0] + 1e-9 * abs(values)).all()


def test_rates_that_doubles_do_not_tell_apart_are_said():
    maker = ng.DecisionMaker(0, 1e20, [[(0, 0), (1, -0.1)], [(1, 0), (0, 0.3)]], precision=1.0)
    game = ng.ContinuousTimeGame([[0.0], [1.0]], [maker], 1e-12)
    found = ng.markov_perfect_equilibria(game)
    assert found.status == "failed"
    assert "1e+20 a year, and the lowest discount rate is 1e-12" in found.outcomes[-1]
    # Values of given play are worked out without subtractions: half of 0.3 - 0.1 at each chance.
    assert ng.logit_response(game, [[1, 1]]).values == pytest.approx(1e31)


@given(SEEDS, st.floats(0.01, 100.0))
def test_a_change_of_the_clock_changes_nothing(seed, c):
    game = random_game(seed)
    faster = with_flows(
        game,
        flows=game.flows * c,
        makers=[remade(maker, rate=maker.rate * c) for maker in game.makers],
        rates=np.array(game.discount_rates) * c,
        nature=game.nature._replace(rates=game.nature.rates * c),
    )
    one, other = solved(game), solved(faster)
    assert other.values == pytest.approx(one.values, **TIGHT)
    assert flat(other) == pytest.approx(flat(one), abs=1e-8)


def in_other_units(game, unit, shift):
    """Return the game with the flows and payoffs of player 0 in another unit, flows from another origin."""
    flows = game.flows.copy()
    flows[:, 0] = unit * (flows[:, 0] + shift)
    makers = [
        remade(
            maker,
            options=type(rows)(rows.indptr, rows.targets, rows.payoffs * unit, rows.events, rows.event_names),
            precision=maker.precision / unit,
        )
        if owner == 0
        else maker
        for maker, rows, owner in zip(game.makers, game.options, game.owners, strict=True)
    ]
    return with_flows(game, flows=flows, makers=makers)


def first_taken(game):
    """Return the response to play in which everybody takes the first option."""
    return ng.logit_response(game, [[0] * game.n_states for _ in game.makers])


@pytest.mark.parametrize("answer", [solved, first_taken])
@given(SEEDS, st.floats(1e-6, 1e6), st.floats(-1e3, 1e3))
def test_unit_and_origin_of_one_player_change_no_choice(answer, seed, unit, shift):
    game = random_game(seed)
    one, other = answer(game), answer(in_other_units(game, unit, shift))
    expected = one.values.copy()
    expected[:, 0] = unit * (expected[:, 0] + shift / game.discount_rates[0])
    assert other.values[:, 0] / unit == pytest.approx(expected[:, 0] / unit, **TIGHT)
    assert other.values[:, 1] == pytest.approx(expected[:, 1], **TIGHT)
    assert flat(other) == pytest.approx(flat(one), abs=1e-7)


@given(SEEDS, st.randoms(use_true_random=False))
def test_labels_and_order_of_states_change_nothing(seed, random):
    game = random_game(seed)
    order = list(range(game.n_states))
    random.shuffle(order)
    place = np.argsort(order)
    makers = [
        remade(
            maker,
            rate=maker.rate[order],
            options=[
                [
                    (int(place[rows.targets[j]]), float(rows.payoffs[j]))
                    for j in range(rows.indptr[s], rows.indptr[s + 1])
                ]
                for s in order
            ],
        )
        for maker, rows in zip(game.makers, game.options, strict=True)
    ]
    nature = np.zeros((game.n_states, game.n_states))
    nature[place[game.nature.sources], place[game.nature.targets]] = game.nature.rates
    moved = with_flows(game, flows=game.flows[order], makers=makers, nature=nature)
    assert solved(moved).values == pytest.approx(solved(game).values[order], **TIGHT)


@given(SEEDS)
def test_an_option_listed_twice_takes_probability_as_logit_says(seed):
    # Twice the same option is one with log(2) / mu more.
    game = random_game(seed)
    rows = game.options[0]
    doubled, raised = [], []
    for s in range(game.n_states):
        each = [(int(rows.targets[j]), float(rows.payoffs[j])) for j in range(*rows.row(s).indices(10**6))]
        doubled.append([*each, each[0]])
        raised.append([(each[0][0], each[0][1] + math.log(2.0) / game.precisions[0]), *each[1:]])
    others = game.makers[1:]
    twice = solved(with_flows(game, makers=[remade(game.makers[0], options=doubled), *others]))
    once = solved(with_flows(game, makers=[remade(game.makers[0], options=raised), *others]))
    assert twice.values == pytest.approx(once.values, **TIGHT)
    for s in range(game.n_states):
        two, one = twice.choice_probabilities[0][s], once.choice_probabilities[0][s]
        assert two[0] == two[-1]
        assert two[0] + two[-1] == pytest.approx(one[0], abs=1e-8)


@pytest.mark.long
@given(SEEDS)
def test_games_side_by_side_are_the_games_by_themselves(seed):
    one, other = random_game(seed, states=3), random_game(seed + 1, states=2)
    n = other.n_states
    pairs = [(s, k) for s in range(one.n_states) for k in range(n)]
    makers, nature = [], np.zeros((len(pairs), len(pairs)))
    for game, first in ((one, True), (other, False)):
        for maker, rows, owner in zip(game.makers, game.options, game.owners, strict=True):
            options, rates = [], []
            for s, k in pairs:
                own = s if first else k
                part = range(rows.indptr[own], rows.indptr[own + 1])
                goals = [
                    int(rows.targets[j]) * n + k if first else s * n + int(rows.targets[j]) for j in part
                ]
                options.append([(goal, float(rows.payoffs[j])) for goal, j in zip(goals, part, strict=True)])
                rates.append(maker.rate[own])
            makers.append(
                ng.DecisionMaker(owner + (0 if first else one.n_players), rates, options, maker.precision)
            )
        for a, b, rate in zip(game.nature.sources, game.nature.targets, game.nature.rates, strict=True):
            for s, k in pairs:
                if (s if first else k) == a:
                    nature[s * n + k, b * n + k if first else s * n + b] = rate
    flows = np.array([[*one.flows[s], *other.flows[k]] for s, k in pairs])
    joint = ng.ContinuousTimeGame(flows, makers, [*one.discount_rates, *other.discount_rates], nature)
    values = solved(joint).values.reshape(one.n_states, n, -1)
    assert values[:, :, :2] == pytest.approx(np.repeat(solved(one).values[:, None], n, axis=1), **TIGHT)
    assert values[:, :, 2:] == pytest.approx(
        np.repeat(solved(other).values[None], one.n_states, axis=0), **TIGHT
    )


@given(SEEDS)
def test_additive_payoffs_have_an_equilibrium_in_which_each_ignores_the_others_level(seed):
    rng = np.random.default_rng(seed)
    mine, yours = rng.normal(size=(2, 3)), rng.normal(size=(2, 4))
    levels = [(a, b) for a in range(3) for b in range(4)]
    flows = [[mine[i, a] + yours[i, b] for i in (0, 1)] for a, b in levels]
    one = [[(x * 4 + b, -0.1 * abs(x - a)) for x in range(3)] for a, b in levels]
    two = [[(a * 4 + y, -0.2 * abs(y - b)) for y in range(4)] for a, b in levels]
    makers = [ng.DecisionMaker(0, 3.0, one, 1.5), ng.DecisionMaker(1, 2.0, two, 0.7)]
    found = solved(ng.ContinuousTimeGame(flows, makers, (0.2, 0.4)))
    first = np.array(list(found.choice_probabilities[0])).reshape(3, 4, 3)
    second = np.array(list(found.choice_probabilities[1])).reshape(3, 4, 4)
    assert np.ptp(first, axis=1).max() < 1e-8
    assert np.ptp(second, axis=0).max() < 1e-8


@given(SEEDS)
def test_a_maker_who_goes_nowhere_plays_a_static_logit(seed):
    rng = np.random.default_rng(seed)
    paid = rng.normal(size=(3, 4))
    still = [[(s, float(x)) for x in paid[s]] for s in range(3)]
    other = random_game(seed, states=3)
    mine = ng.DecisionMaker(0, 5.0, still, 2.0)
    found = solved(with_flows(other, makers=[mine, *other.makers]))
    weights = np.exp(2.0 * paid)
    assert np.array(list(found.choice_probabilities[0])) == pytest.approx(
        weights / weights.sum(axis=1, keepdims=True), abs=1e-12
    )


@pytest.mark.long
@given(SEEDS, st.integers(0, 1))
def test_the_certificate_bounds_what_a_best_reply_gains_and_how_far_values_are(seed, i):
    # Of values that are off, with their logit choices: best replies and values by plain iteration.
    game = random_game(seed, states=3)
    rng = np.random.default_rng(seed)
    e = solved(game)
    off = e.values + rng.normal(size=e.values.shape) * 0.2
    moves = e.choice_probabilities
    found = certify_play(game, off, moves)
    alone = against(game, moves, i)
    best = value_iteration(alone)
    of_choices = policy_value(game, moves, i)
    assert abs(of_choices - off[:, i]).max() <= found.value_bounds[i] * (1 + 1e-9)
    assert (best[:, 0] - of_choices).max() <= found.gain_bounds[i] * (1 + 1e-9)
    assert (best[:, 0] - of_choices).max() >= -1e-9


def against(game, moves, i):
    """Return the one-player game that player i faces, the others' choices made part of nature."""
    nature = np.zeros((game.n_states, game.n_states))
    np.add.at(nature, (game.nature.sources, game.nature.targets), game.nature.rates)
    for rows, owner, rates, choices in zip(game.options, game.owners, game.rates, moves, strict=True):
        if owner != i:
            np.add.at(nature, (rows.sources, rows.targets), rates[rows.sources] * choices.flat)
    np.fill_diagonal(nature, 0.0)
    makers = [remade(m, player=0) for m, owner in zip(game.makers, game.owners, strict=True) if owner == i]
    return ng.ContinuousTimeGame(game.flows[:, [i]], makers, game.discount_rates[i], nature)


def policy_value(game, moves, i):
    """Return player i's values of the choices, shocks by their entropy, by a dense linear system."""
    n = game.n_states
    system = np.eye(n) * game.discount_rates[i]
    right = game.flows[:, i].copy()
    for s, goal, rate in zip(game.nature.sources, game.nature.targets, game.nature.rates, strict=True):
        system[s, s] += rate
        system[s, goal] -= rate
    for m, (rows, owner) in enumerate(zip(game.options, game.owners, strict=True)):
        for j, s in enumerate(rows.sources):
            flow = game.rates[m, s] * moves[m].flat[j]
            system[s, s] += flow
            system[s, rows.targets[j]] -= flow
            if owner == i and flow > 0.0:
                shock = -math.log(moves[m].flat[j]) / game.precisions[m]
                right[s] += flow * (rows.payoffs[j] + shock)
    return np.linalg.solve(system, right)


@given(SEEDS)
def test_play_that_is_off_is_refused(seed):
    game = random_game(seed)
    e = solved(game)
    assume(
        any(
            len(row) > 1 and rate > 0.1
            for m in (0, 1)
            for row, rate in zip(e.choice_probabilities[m], game.rates[m], strict=True)
        )
    )
    off = type(e)(
        game,
        e.values + np.linspace(0.0, 1e-3, game.n_states)[:, None],
        e.choice_probabilities,
        e.residuals,
        "hand",
    )
    assert not ng.verify(game, off).holds
