from fractions import Fraction

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solvers.nash.solve import solve


@st.composite
def integer_games(draw, largest=4, bound=6):
    n_1, n_2 = draw(st.integers(1, largest)), draw(st.integers(1, largest))
    numbers = st.integers(-bound, bound)
    values = draw(st.lists(numbers, min_size=2 * n_1 * n_2, max_size=2 * n_1 * n_2))
    return np.array(values).reshape(n_1, n_2, 2)


def profiles(payoffs):
    solution = solve(StageGame(payoffs), exact=True)
    assert solution.status == "complete"
    return {equilibrium.exact for equilibrium in solution}


@given(integer_games())
def test_there_is_an_equilibrium_and_each_passes_the_exact_check(payoffs):
    stage = StageGame(payoffs)
    found = profiles(payoffs)
    assert found
    for profile in found:
        assert verify(stage, [np.array(vector, dtype=object) for vector in profile], exact=True).holds


@given(integer_games(), st.tuples(*[st.integers(1, 50)] * 2), st.tuples(*[st.integers(-(10**6), 10**6)] * 2))
def test_a_positive_affine_change_of_payoffs_changes_no_equilibrium(payoffs, factors, constants):
    assert profiles(payoffs * np.array(factors) + np.array(constants)) == profiles(payoffs)


@given(integer_games(), st.randoms(use_true_random=False))
def test_relabelling_permutes_the_equilibria(payoffs, random):
    rows, columns = list(range(payoffs.shape[0])), list(range(payoffs.shape[1]))
    random.shuffle(rows)
    random.shuffle(columns)
    permuted = {(tuple(x[i] for i in rows), tuple(y[j] for j in columns)) for x, y in profiles(payoffs)}
    assert profiles(payoffs[np.ix_(rows, columns)]) == permuted


@given(integer_games())
def test_swapping_the_players_swaps_the_equilibria(payoffs):
    swapped = payoffs.transpose(1, 0, 2)[..., ::-1]
    assert profiles(swapped) == {(y, x) for x, y in profiles(payoffs)}


@given(integer_games(), st.data())
def test_a_strictly_dominated_action_is_never_played_and_its_removal_changes_nothing(payoffs, data):
    i = data.draw(st.integers(0, payoffs.shape[0] - 1))
    worse = payoffs[i].copy()
    worse[:, 0] -= data.draw(st.lists(st.integers(1, 5), min_size=len(worse), max_size=len(worse)))
    worse[:, 1] = data.draw(st.lists(st.integers(-6, 6), min_size=len(worse), max_size=len(worse)))
    larger = profiles(np.concatenate([payoffs, worse[None]]))
    assert all(x[-1] == 0 for x, _ in larger)
    assert {(x[:-1], y) for x, y in larger} == profiles(payoffs)


@given(integer_games(), st.data())
def test_a_duplicated_action_splits_the_probability(payoffs, data):
    i = data.draw(st.integers(0, payoffs.shape[0] - 1))
    larger = profiles(np.concatenate([payoffs, payoffs[i : i + 1]]))
    merged = {((*x[:i], x[i] + x[-1], *x[i + 1 : -1]), y) for x, y in larger}
    assert merged == profiles(payoffs)
    whole = {((*x[:i], Fraction(0), *x[i + 1 :], x[i]), y) for x, y in profiles(payoffs)}
    assert whole <= larger


@given(integer_games(), st.data())
def test_adding_a_function_of_the_opponents_action_changes_no_equilibrium(payoffs, data):
    n_1, n_2, _ = payoffs.shape
    numbers = st.integers(-100, 100)
    changed = payoffs.copy()
    changed[..., 0] += np.array(data.draw(st.lists(numbers, min_size=n_2, max_size=n_2)))[None, :]
    changed[..., 1] += np.array(data.draw(st.lists(numbers, min_size=n_1, max_size=n_1)))[:, None]
    assert profiles(changed) == profiles(payoffs)


@given(integer_games(bound=10**6))
def test_a_non_degenerate_game_has_an_odd_number_of_equilibria(payoffs):
    solution = solve(StageGame(payoffs))
    assume("non-degenerate" in solution.reason)
    assert len(solution) % 2 == 1
    assert len(solution.components) == len(solution)


@given(integer_games())
def test_mixtures_within_a_maximal_nash_subset_are_equilibria(payoffs):
    stage = StageGame(payoffs)
    solution = solve(stage, exact=True)
    for component in solution.components:
        for subset in component.maximal_subsets:
            vectors = [
                sum((np.array(solution.equilibria[k].exact[i], dtype=object) for k in subset), start=0)
                for i in range(2)
            ]
            middle = [vector / Fraction(len(subset)) for vector in vectors]
            assert verify(stage, middle, exact=True).holds
    listed = [k for component in solution.components for k in component.equilibria]
    assert sorted(listed) == list(range(len(solution)))


@given(integer_games(largest=3))
def test_the_other_methods_agree_on_extreme_equilibria(payoffs):
    stage = StageGame(payoffs)
    everything = profiles(payoffs)
    paths = {e.exact for e in solve(stage, method="lemke_howson", exact=True)}
    assert paths
    assert paths <= everything
    supports = solve(stage, method="support_polynomials", exact=True)
    assert supports.status == "complete"
    # A point inside a continuum is listed beside the extreme equilibria.
    inside = {continuum.equilibrium for continuum in supports.continua}
    assert {e.exact for k, e in enumerate(supports) if k not in inside} == everything
