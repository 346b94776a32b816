"""Invariants of payoffs with transfers in stochastic games of any number of players, and a plain program."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import negotiation as ng
from negotiation.game_theory.solvers.relational.several_players import payoffs_of_several
from negotiation.testing import strategies as ngst

DELTAS = st.sampled_from([0.2, 0.4, 0.5, 0.75, 0.9])
NEAR = 1e-8
FEW = settings(max_examples=15)
SEEDS = st.integers(0, 400)


def drawn(seed, delta, players=3, states=2, actions=2):
    """Return a random game in which every state may follow, and the arrays that it is made of."""
    rng = np.random.default_rng(seed)
    shape = (states, *(int(k) for k in rng.integers(1, actions + 1, players)))
    payoffs = rng.integers(0, 9, (*shape, players)).astype(float)
    moves = rng.dirichlet(np.full(states, 0.5), size=shape)
    return ng.StochasticGame(payoffs, moves, delta), payoffs, moves


def plain(payoffs, moves, delta):
    """Return U and v by state by iterating the equations from above, every profile at every step."""
    states, players = len(payoffs), payoffs.shape[-1]
    joint = np.full(states, payoffs.sum(axis=-1).max())
    worst = np.tile(payoffs.reshape(-1, players).min(axis=0), (states, 1))
    for _ in range(5000):
        new_joint, new_worst = np.full(states, -np.inf), np.full((states, players), np.inf)
        for s in range(states):
            total = (1 - delta) * payoffs[s].sum(axis=-1) + delta * moves[s] @ joint
            best = []
            for i in range(players):
                own = (1 - delta) * payoffs[s][..., i] + delta * moves[s] @ worst[:, i]
                best.append(np.broadcast_to(own.max(axis=i, keepdims=True), total.shape))
            kept = total >= sum(best) - 1e-9
            if kept.any():
                new_joint[s] = total[kept].max()
                new_worst[s] = [departure[kept].min() for departure in best]
        if not np.isfinite(new_joint).all():
            return None
        moved = max(abs(new_joint - joint).max(), abs(new_worst - worst).max())
        joint, worst = new_joint, new_worst
        if moved < 1e-12:
            break
    return joint, worst


def assert_alike(found, other, near=NEAR):
    assert found.is_empty == other.is_empty
    if not found.is_empty:
        assert other.joint == pytest.approx(found.joint, abs=near)
        assert np.asarray(other.threats) == pytest.approx(found.threats, abs=near)


def assert_as_plain(found, expected, near):
    assert found.status == "complete"
    if expected is None:
        assert any(part.is_empty for part in found.sets)
        return
    for s, part in enumerate(found.sets):
        assert part.joint == pytest.approx(expected[0][s], abs=near)
        assert part.threats == pytest.approx(expected[1][s], abs=near)


@FEW
@given(SEEDS, st.sampled_from([0.3, 0.5, 0.7]), st.sampled_from([1, 2, 3, 4]))
def test_a_plain_program_finds_the_same(seed, delta, players):
    game, payoffs, moves = drawn(seed, delta, players)
    assert_as_plain(payoffs_of_several(game), plain(payoffs, moves, delta), 1e-7)


@given(ngst.stochastic_games(players=2, actions=(1, 3), states=(1, 3), form="dense"))
def test_two_players_have_the_triangles_of_the_other_solver(game):
    triangles, found = ng.equilibrium_payoffs(game, transfers=True), payoffs_of_several(game)
    assert found.status == "complete"
    for state in game.states:
        assert_alike(triangles[state], found[state])


@given(SEEDS, DELTAS, st.sampled_from([1, 3]))
def test_one_state_is_the_repeated_game(seed, delta, players):
    game, _, _ = drawn(seed, delta, players, states=1)
    repeated = ng.equilibrium_payoffs(ng.RepeatedGame(game.stages[0], delta), transfers=True)
    assert_alike(repeated, ng.equilibrium_payoffs(game, transfers=True)["0"])


@given(ngst.stochastic_games(players=2, actions=(1, 2), states=(1, 2), form="dense"))
def test_a_third_without_a_choice_or_a_stake_changes_nothing(game):
    payoffs = [np.concatenate([s.payoffs, 0 * s.payoffs[..., :1]], axis=-1)[:, :, None] for s in game.stages]
    stages = {name: ng.StageGame(part) for name, part in zip(game.states, payoffs, strict=True)}
    with_third = ng.StochasticGame.from_stages(stages, game.transitions, game.discount_factor)
    pair, three = (ng.equilibrium_payoffs(each, transfers=True) for each in (game, with_third))
    for state in game.states:
        assert pair[state].is_empty == three[state].is_empty
        if not pair[state].is_empty:
            assert three[state].joint == pytest.approx(pair[state].joint, abs=NEAR)
            assert three[state].threats == pytest.approx([*pair[state].threats, 0.0], abs=NEAR)


OBSERVED = st.sampled_from(["actions", "states"])


@given(SEEDS, DELTAS, OBSERVED, st.sampled_from([2, 3]))
def test_what_is_found_holds_itself_up(seed, delta, observed, players):
    game, _, _ = drawn(seed, delta, players)
    found = ng.equilibrium_payoffs(game, transfers=True, observed=observed)
    assert found.status == "complete"
    assert observed == "actions" or found.gap <= 1e-8
    assert ng.verify(game, found).holds


@FEW
@given(SEEDS)
def test_in_rational_numbers_what_is_found_holds_without_tolerance(seed):
    _, payoffs, _ = drawn(seed, 0.5)
    rng = np.random.default_rng(seed)
    moves = np.full((*payoffs.shape[:-1], 2), Fraction(0), dtype=object)
    for index in np.ndindex(moves.shape[:-1]):
        moves[index][0] = Fraction(int(rng.integers(0, 5)), 4)
        moves[index][1] = 1 - moves[index][0]
    exact = ng.StochasticGame(payoffs.astype(int), moves, Fraction(1, 2))
    found = ng.equilibrium_payoffs(exact, transfers=True)
    assert ", knife edges exact" in found.reason
    # Payoffs are stored in floats: what is named may be off by their rounding, what holds may not.
    assert ng.verify(exact, found, exact=True).margin >= 0
    near = ng.equilibrium_payoffs(ng.StochasticGame(payoffs, moves.astype(float), 0.5), transfers=True)
    for state in exact.states:
        assert_alike(found[state], near[state])


@FEW
@given(SEEDS, DELTAS, OBSERVED)
def test_pure_markov_perfect_payoffs_are_in_the_sets(seed, delta, observed):
    game, _, _ = drawn(seed, delta)
    found = ng.equilibrium_payoffs(game, transfers=True, observed=observed)
    for equilibrium in ng.markov_perfect_equilibria(game, method="pure"):
        for s, state in enumerate(game.states):
            assert found[state].contains(equilibrium.values[s])


@FEW
@given(SEEDS, DELTAS, OBSERVED, st.permutations(range(3)))
def test_the_order_of_players_actions_and_states_does_not_matter(seed, delta, observed, order):
    game, payoffs, moves = drawn(seed, delta)
    axes = (0, *(1 + k for k in order), 4)
    turned = payoffs.transpose(axes)[..., list(order)][::-1, ::-1]
    told = moves.transpose(axes)[::-1, ::-1][..., ::-1]
    found, other = (
        ng.equilibrium_payoffs(each, transfers=True, observed=observed)
        for each in (game, ng.StochasticGame(turned, told, delta))
    )
    for one, there in (("0", "1"), ("1", "0")):
        part = found[one]
        if not part.is_empty:
            part = replace(part, threats=part.threats[list(order)])
        assert_alike(part, other[there])


@given(SEEDS, st.integers(0, 3))
def test_the_check_refuses_more_than_is_found(seed, what):
    game, _, _ = drawn(seed, 0.5)
    found = ng.equilibrium_payoffs(game, transfers=True)
    if found["0"].is_empty:
        return
    part = found["0"]
    less = part.threats.copy()
    less[what % 3] -= 0.01
    claimed = replace(part, joint=part.joint + 0.01) if what == 3 else replace(part, threats=less)
    assert not ng.verify(game, replace(found, sets=(claimed, found.sets[1]))).holds


def test_the_check_finds_the_departure_that_nothing_deters():
    pay = [[2 * sum(a) - 3 * a[i] for i in range(3)] for a in np.ndindex(2, 2, 2)]
    give, stay = np.array(pay).reshape(1, 2, 2, 2, 3), np.ones((1, 2, 2, 2, 1))
    patient, impatient = (ng.StochasticGame(give, stay, delta) for delta in (0.5, 0.2))
    verdict = ng.verify(impatient, replace(ng.equilibrium_payoffs(patient, transfers=True), game=impatient))
    # All give up 1 today, 0.8 in all three together 2.4, for 9 times 0.2 later.
    assert verdict.margin == pytest.approx(9 * 0.2 - 3 * 0.8, abs=1e-9)
    assert not verdict.holds


def test_a_state_without_an_equilibrium_is_avoided_by_departures_too():
    pennies = np.array([[[1, -1, 0], [-1, 1, 0]], [[-1, 1, 0], [1, -1, 0]]])[:, :, None]
    calm = np.zeros((2, 2, 1, 3))
    calm[0, 0] = [2, 2, 2]
    moves = np.zeros((2, 2, 2, 1, 2))
    moves[0, ..., 0], moves[1, ..., 1] = 1.0, 1.0
    moves[0, 1, 1, 0] = [0.0, 1.0]
    found = ng.equilibrium_payoffs(ng.StochasticGame([calm, pennies], moves, 0.9), transfers=True)
    assert found["1"].is_empty
    # From (0, 1) and (1, 0) one could depart to where there is no equilibrium, so that only (0, 0) is left.
    assert found["0"].joint == pytest.approx(6)
    assert found["0"].threats == pytest.approx([2, 2, 2])
    assert found.reason.startswith("1 of 8")
    pair = ng.StochasticGame([part[:, :, 0, :2] for part in (calm, pennies)], moves[:, :, :, 0], 0.9)
    for sets in (ng.equilibrium_payoffs(pair, transfers=True), payoffs_of_several(pair)):
        assert sets["0"].joint == pytest.approx(4)
        assert sets["1"].is_empty


@pytest.mark.parametrize(("short", "joint"), [(0, 9), (Fraction(1, 10**15), 0)])
@pytest.mark.parametrize("hazard", [Fraction(0), Fraction(1, 5)])
def test_a_hazard_of_break_up_scales_the_threshold_of_three(short, joint, hazard):
    # Giving costs 1 more than it brings: 3 (1 - d) <= 9 d (1 - hazard) (1 - d) / (1 - d (1 - hazard)).
    pay = [[2 * sum(a) - 3 * a[i] for i in range(3)] for a in np.ndindex(2, 2, 2)]
    give = np.array(pay).reshape(2, 2, 2, 3)
    moves = np.zeros((2, 2, 2, 2, 2), dtype=object)
    moves[0, ..., 0], moves[0, ..., 1], moves[1, ..., 1] = 1 - hazard, hazard, 1
    delta = Fraction(1, 4) / (1 - hazard) - short
    game = ng.StochasticGame([give, 0 * give], moves, delta)
    found = ng.equilibrium_payoffs(game, transfers=True)
    expected = joint * (1 - delta) / (1 - delta * (1 - hazard))
    assert found["0"].joint == pytest.approx(float(expected), abs=1e-12)
    assert found["0"].threats.tolist() == [0.0, 0.0, 0.0]
    assert ng.verify(game, found, exact=True).holds
