import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import StageGame
from negotiation.game_theory.solvers.nash.index import equilibrium_index
from negotiation.game_theory.solvers.nash.pure_equilibria import pure_equilibria
from negotiation.game_theory.solvers.nash.solve import solve
from negotiation.game_theory.solvers.stage.best_replies import best_replies
from negotiation.game_theory.solvers.stage.correlated_equilibrium import correlated_equilibrium
from negotiation.game_theory.solvers.stage.correlated_payoffs import extreme_correlated_payoffs
from negotiation.game_theory.solvers.stage.dominance import dominated_actions, iterated_elimination
from negotiation.game_theory.solvers.stage.logit_equilibrium import (
    logit_branch,
    logit_equilibrium,
    logit_residual,
)
from negotiation.game_theory.solvers.stage.obedience_program import disobedience_gains


@st.composite
def games(draw, most=4, players=(2, 3), low=-9, high=9):
    counts = draw(
        st.integers(*players).flatmap(
            lambda n: st.tuples(*[st.integers(1, most if n == 2 else 3) for _ in range(n)])
        )
    )
    size = int(np.prod(counts)) * len(counts)
    payoffs = draw(st.lists(st.integers(low, high), min_size=size, max_size=size))
    return StageGame(np.array(payoffs).reshape(*counts, len(counts)))


def labels_of(equilibria):
    return {tuple(label[0] for label in equilibrium.support) for equilibrium in equilibria}


def outer(strategies):
    result = np.ones(())
    for vector in strategies:
        result = np.multiply.outer(result, vector)
    return result


@given(games())
def test_a_strictly_dominated_action_is_in_no_correlated_equilibrium(stage):
    dominated = dominated_actions(stage).dominated
    assume(dominated)
    for objective in ("welfare", *stage.players, [-1.0] * stage.n_players):
        result = correlated_equilibrium(stage, objective)
        assert result.status == "complete"
        for found in dominated:
            i = stage.player_index(found.player)
            a = stage.action_index(i, found.action)
            span = np.ptp(stage.payoffs[..., i])
            mass = np.moveaxis(result.distribution, i, 0)[a].sum()
            assert mass * found.least_gain <= 1e-8 * span


@given(games())
def test_safe_elimination_keeps_pure_equilibria_and_correlated_welfare(stage):
    result = iterated_elimination(stage)
    assert result.safe
    assert labels_of(pure_equilibria(result.game)) == labels_of(pure_equilibria(stage))
    welfare = correlated_equilibrium(stage).value
    assert abs(correlated_equilibrium(result.game).value - welfare) <= 1e-6


@given(games())
def test_weak_elimination_adds_no_equilibrium(stage):
    result = iterated_elimination(stage, kind="weak")
    assert labels_of(pure_equilibria(result.game)) <= labels_of(pure_equilibria(stage))
    assert result.safe or any(found.kind == "weak" for found in result.eliminated)


@given(games(most=3), st.randoms(use_true_random=False))
def test_what_strict_elimination_leaves_does_not_depend_on_the_order(stage, random):
    kept = [list(labels) for labels in stage.actions]
    game = stage
    while found := dominated_actions(game).dominated:
        first = random.choice(found)
        i = game.player_index(first.player)
        kept[i].remove(first.action)
        index = np.ix_(*[[stage.actions[j].index(a) for a in row] for j, row in enumerate(kept)])
        game = StageGame(stage.exact_payoffs()[index], stage.players, kept)
    assert iterated_elimination(stage).game == game


@given(games())
def test_every_nash_equilibrium_is_a_correlated_one(stage):
    equilibria = solve(stage).equilibria
    for equilibrium in equilibria:
        gains = disobedience_gains(stage.payoffs, outer(equilibrium.strategies))
        assert gains.max() <= 1e-8 * (np.ptp(stage.payoffs) or 1.0)
    if equilibria:
        best = correlated_equilibrium(stage)
        assert best.value >= max(e.payoffs.sum() for e in equilibria) - 1e-6
        extremes = extreme_correlated_payoffs(stage)
        for equilibrium in equilibria:
            assert (extremes.least - 1e-6 <= equilibrium.payoffs).all()
            assert (equilibrium.payoffs <= extremes.greatest + 1e-6).all()


@pytest.mark.long
@given(games(), st.integers(0, 2), st.data())
def test_payoffs_that_depend_on_the_opponents_alone_change_no_gain(stage, player, data):
    i = player % stage.n_players
    shape = list(stage.n_actions)
    shape[i] = 1
    extra = data.draw(
        st.lists(st.integers(-50, 50), min_size=int(np.prod(shape)), max_size=int(np.prod(shape)))
    )
    payoffs = stage.payoffs.copy()
    payoffs[..., i] += np.array(extra).reshape(shape)
    changed = StageGame(payoffs)
    for index in np.ndindex(stage.n_actions):
        profile = stage.labels(index)
        assert best_replies(stage, profile).best == best_replies(changed, profile).best
        assert np.allclose(best_replies(stage, profile).regrets, best_replies(changed, profile).regrets)
    for kind in ("strict", "weak"):
        before, after = dominated_actions(stage, kind=kind), dominated_actions(changed, kind=kind)
        assert [(f.player, f.action, f.kind) for f in before.dominated] == [
            (f.player, f.action, f.kind) for f in after.dominated
        ]


@given(games(), st.data())
def test_regret_is_what_the_independent_check_finds(stage, data):
    profile = []
    for n in stage.n_actions:
        weights = np.array(data.draw(st.lists(st.integers(0, 5), min_size=n, max_size=n)), dtype=float)
        profile.append(weights / weights.sum() if weights.sum() else np.ones(n) / n)
    found = best_replies(stage, profile)
    verdict = verify(stage, profile, exact=True)
    if verdict.deviation is None:  # one action each
        assert found.regrets.max() == 0
    else:
        # The check names the worst departure in the range of its player's own payoffs.
        i = stage.player_index(verdict.deviation.player)
        assert abs(found.regrets[i] - max(0.0, -float(verdict.margin))) <= 1e-9
    assert found.regret == found.regrets.max() >= 0


@pytest.mark.long
@given(games(most=3), st.floats(0.01, 20))
def test_logit_regret_is_bounded_by_entropy_over_precision(stage, precision):
    result = logit_equilibrium(stage, precision=precision)
    assert result.status == "complete"
    assert result.precision == precision
    assert logit_residual(stage, result.strategies, precision) <= 1e-9
    for i, n in enumerate(stage.n_actions):
        assert best_replies(stage, result.strategies).regrets[i] <= np.log(n) / precision + 1e-9


@given(games())
def test_logit_at_precision_zero_is_uniform(stage):
    result = logit_equilibrium(stage, precision=0)
    for vector, n in zip(result.strategies, stage.n_actions, strict=True):
        assert np.allclose(vector, 1 / n, rtol=0, atol=1e-15)


@pytest.mark.long
@given(games(most=3), st.floats(0.01, 5), st.integers(-20, 20), st.integers(-99, 99))
def test_logit_scales_with_payoffs(stage, precision, power, constant):
    scale = 2.0**power
    changed = StageGame(scale * (stage.payoffs + constant))
    one = logit_equilibrium(stage, precision=precision)
    other = logit_equilibrium(changed, precision=precision / scale)
    assert all(np.allclose(p, q, atol=1e-8) for p, q in zip(one.strategies, other.strategies, strict=True))


@pytest.mark.long
@given(games(most=3), st.floats(0.1, 10))
def test_every_point_of_a_branch_is_a_logit_equilibrium(stage, precision):
    branch = logit_branch(stage, max_precision=precision)
    assert branch.status == "complete"
    assert max(e.residual for e in branch) <= 1e-9
    assert branch.precisions.max() == branch.precisions[-1] == precision


@given(st.integers(2, 4), st.integers(2, 4), st.integers(0, 2**32 - 1))
def test_indices_of_a_generic_game_sum_to_one(rows, columns, seed):
    stage = StageGame(np.random.default_rng(seed).normal(size=(rows, columns, 2)))
    indices = [equilibrium_index(stage, equilibrium) for equilibrium in solve(stage)]
    assert sum(indices) == 1
    assert len(indices) % 2 == 1
