"""Relations that are bargained anew: limits in rho, units, labels, and a slow plain version in fractions."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import negotiation as ng

TENTHS = st.integers(0, 10).map(lambda k: Fraction(k, 10))
DELTAS = st.sampled_from([Fraction(1, 5), Fraction(1, 2), Fraction(4, 5)])


@st.composite
def games(draw, most_states=3):
    """Games of up to three states, payoffs -3 to 3, each row leading to one state or to two alike."""
    n, m = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    states = draw(st.integers(1, most_states))
    numbers = st.lists(st.integers(-3, 3), min_size=2 * states * n * m, max_size=2 * states * n * m)
    payoffs = np.array(draw(numbers)).reshape(states, n, m, 2)
    transitions = np.zeros((states, n, m, states), dtype=object)
    for row in np.ndindex(states, n, m):
        one, other = draw(st.integers(0, states - 1)), draw(st.integers(0, states - 1))
        transitions[(*row, one)] += Fraction(1, 2)
        transitions[(*row, other)] += Fraction(1, 2)
    return ng.StochasticGame(payoffs, transitions, draw(DELTAS))


def dense(game):
    """All transitions of a game as a dense array, shape (rows, states)."""
    return np.asarray(game.transitions.to_dense(), dtype=float).reshape(-1, game.n_states)


def solved(game, chance, **options):
    found = ng.negotiation_equilibrium(game, negotiation_probability=float(chance), **options)
    assume(found.status != "failed")
    return found


def close(one, other):
    return one == pytest.approx(other, abs=1e-9, rel=1e-9)


def plain_step(game, after, chance, weight):
    """One period before, in fractions: joint and worst payoffs by state, or None where nothing is agreed."""
    delta, shares = Fraction(game.discount_factor), (weight, 1 - weight)
    joint, worst = [], []
    for s, stage in enumerate(game.stages):
        payoffs = stage.exact_payoffs()

        def values(a, s=s, payoffs=payoffs):
            together, own = (1 - delta) * sum(payoffs[a]), [(1 - delta) * g for g in payoffs[a]]
            following = game.next_states(game.states[s], game.stages[s].labels(a))
            for label, p in following.items():
                k, p = game.state_index(label), Fraction(p)
                left = after[0][k] - sum(after[1][k])
                together += delta * p * after[0][k]
                for i in (0, 1):
                    negotiated = after[1][k][i] + shares[i] * left
                    own[i] += delta * p * (chance * negotiated + (1 - chance) * after[1][k][i])
            return together, own

        table = {a: values(a) for a in product(*map(range, stage.n_actions))}
        departing = {
            a: [max(table[b][1][i] for b in table if b[1 - i] == a[1 - i]) for i in (0, 1)] for a in table
        }
        agreed = [a for a in table if table[a][0] >= sum(departing[a])]
        if not agreed:
            return None
        joint.append(max(table[a][0] for a in agreed))
        worst.append([min(departing[a][i] for a in agreed) for i in (0, 1)])
    return joint, worst


@given(games(), TENTHS, TENTHS, st.integers(2, 6))
def test_steps_are_those_of_the_plain_version(game, chance, weight, horizon):
    found = ng.negotiation_equilibrium(
        game, negotiation_probability=chance, bargaining_weights=(weight, 1 - weight), horizon=horizon
    )
    assume(found.start is not None and all(not part.is_empty for part in found.start.sets))
    after = (
        [Fraction(part.joint).limit_denominator(10**6) for part in found.start.sets],
        [[Fraction(x).limit_denominator(10**6) for x in part.threats] for part in found.start.sets],
    )
    for _ in range(horizon - 1):
        after = plain_step(game, after, chance, weight)
        if after is None:
            assert found.status == "failed"
            return
    assert found.status == "complete"
    assert [float(u) for u in after[0]] == pytest.approx(found.joint.tolist(), abs=1e-9)
    assert np.array(after[1], dtype=float).tolist() == [pytest.approx(row, abs=1e-9) for row in found.worst]


@given(games())
def test_with_no_chance_these_are_the_subgame_perfect_payoffs(game):
    sets = ng.equilibrium_payoffs(game, transfers=True)
    assume(all(not part.is_empty for part in sets.values()))
    found = solved(game, 0)
    for state, part in sets.items():
        assert close(found.joint_payoffs[state], part.joint)
        assert close(found.punishments[state], tuple(part.threats))


@given(games(most_states=1), TENTHS, TENTHS)
def test_one_state_is_a_less_patient_repeated_game(game, chance, weight):
    delta = game.discount_factor
    assume(chance < 1)
    patience = delta * (1 - chance)
    sets = ng.equilibrium_payoffs(
        ng.StochasticGame.from_stages({"0": game.stages[0]}, game.transitions, patience), transfers=True
    )["0"]
    assume(not sets.is_empty)
    found = solved(game, chance, bargaining_weights=(weight, 1 - weight))
    assume(found.settled)
    joint, worst = found.joint_payoffs["0"], found.punishments["0"]
    assert close(joint, sets.joint)
    # v_i = ((1 - delta) c_i + delta rho r_i) / (1 - delta (1 - rho)), c_i the worst of the less patient.
    for i, share in enumerate((float(weight), float(1 - weight))):
        least = float(sets.threats[i])
        anew = least + share * (joint - sum(map(float, sets.threats)))
        mixed = ((1 - delta) * least + delta * chance * anew) / (1 - patience)
        assert close(worst[i], float(mixed))
        assert close(found.negotiated["0"][i], anew)


@given(games(), TENTHS)
def test_where_all_is_always_bargained_anew_each_replies_best(game, weight):
    found = solved(game, 1, bargaining_weights=(weight, 1 - weight))
    assume(found.settled)
    delta = float(game.discount_factor)
    for s, (state, stage) in enumerate(zip(game.states, game.stages, strict=True)):
        rows = slice(int(game.offsets[s]), int(game.offsets[s + 1]))
        expected = dense(game)[rows] @ found.bargained
        payoffs = (1 - delta) * stage.payoffs + delta * expected.reshape(stage.payoffs.shape)
        assert ng.verify(ng.StageGame(payoffs, actions=stage.actions), found.policy[state]).margin >= -1e-9


@given(games(), TENTHS, TENTHS)
def test_who_is_called_first_does_not_matter(game, chance, weight):
    stages = {
        state: ng.StageGame(stage.payoffs.swapaxes(0, 1)[..., ::-1])
        for state, stage in zip(game.states, game.stages, strict=True)
    }
    shape = (game.n_states, *game.stages[0].n_actions, game.n_states)
    turned = ng.StochasticGame.from_stages(
        stages, dense(game).reshape(shape).swapaxes(1, 2), float(game.discount_factor)
    )
    one = solved(game, chance, bargaining_weights=(weight, 1 - weight), horizon=4)
    two = solved(turned, chance, bargaining_weights=(1 - weight, weight), horizon=4)
    assert two.joint.tolist() == pytest.approx(one.joint.tolist(), abs=1e-9)
    assert two.worst[:, ::-1].ravel().tolist() == pytest.approx(one.worst.ravel().tolist(), abs=1e-9)


@given(games(), TENTHS, st.one_of(st.none(), st.integers(0, 9)))
def test_every_answer_passes_the_check(game, chance, horizon):
    found = solved(game, chance, horizon=horizon)
    verdict = ng.verify(game, found)
    assert verdict.holds, verdict
    sums = np.array(list(found.negotiated.values())).sum(axis=1)
    assert sums.tolist() == pytest.approx(found.joint.tolist(), abs=1e-9)
    assert (found.bargained >= found.worst - 1e-9).all()
