"""What the strategies of `negotiation.testing` say they draw, they draw: as promised, and widely enough."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, assume, find, given, settings
from hypothesis import strategies as st

from negotiation.disputes import legality
from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import RepeatedGame, StageGame
from negotiation.game_theory.solvers.nash.solve import solve
from negotiation.game_theory.solvers.stage.dominance import dominated_actions, iterated_elimination
from negotiation.game_theory.solvers.values.value import value
from negotiation.lab import run
from negotiation.testing import strategies as ngst
from negotiation.truces.record.timeline import record_level
from tests.us_china import SCENARIO


def pure_equilibria(game):
    """Return the profiles from which nobody gains by leaving, by trying all."""
    found = []
    for index in np.ndindex(game.n_actions):
        best = [
            max(game.payoffs[(*index[:i], a, *index[i + 1 :])][i] for a in range(game.n_actions[i]))
            for i in range(game.n_players)
        ]
        if all(game.payoffs[index][i] == best[i] for i in range(game.n_players)):
            found.append(index)
    return found


def has_ties(game):
    """Whether some pure profile of the others has two best replies."""
    for i in range(game.n_players):
        own = np.moveaxis(game.payoffs[..., i], i, 0)
        if ((own == own.max(axis=0)).sum(axis=0) > 1).any():
            return True
    return False


def drawn(strategy, count=200):
    """Return examples of a strategy, the same ones each time."""
    examples = []

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(strategy)
    def collect(example):
        examples.append(example)

    collect()
    return examples


def share(examples, holds):
    return sum(map(bool, map(holds, examples))) / len(examples)


# --- stage games --------------------------------------------------------------------------------------------


def test_stage_games_cover_what_matters():
    games = drawn(ngst.stage_games(actions=(1, 3)), 200)
    pure = [len(pure_equilibria(game)) for game in games]
    assert share(games, has_ties) > 0.3
    assert share(games, lambda game: not has_ties(game)) > 0.15
    assert share(pure, lambda n: n == 0) > 0.04
    assert share(pure, lambda n: n == 1) > 0.15
    assert share(pure, lambda n: n > 1) > 0.3
    assert share(games, lambda game: game.n_actions == (1, 1)) < 0.3
    assert len({game.n_actions for game in games}) == 9
    assert share(games, lambda game: dominated_actions(game).dominated) > 0.15


@given(ngst.generic_games(players=(2, 3)))
def test_generic_games_have_no_ties_and_an_odd_number_of_equilibria(game):
    for i in range(game.n_players):
        assert len(np.unique(game.payoffs[..., i])) == game.payoffs[..., i].size
    if game.n_players == 2:
        assert len(solve(game)) % 2 == 1


@given(ngst.zero_sum_games())
def test_zero_sum_games_have_one_value(game):
    assert not game.payoffs.sum(axis=-1).any()
    values = {round(float(e.payoffs[0]), 9) for e in solve(game)}
    assert len(values) == 1


@given(ngst.dominance_solvable_games(players=(1, 3)))
def test_dominance_leaves_one_profile(game):
    assert iterated_elimination(game).game.n_actions == (1,) * game.n_players


@pytest.mark.long
def test_examples_shrink_to_games_that_can_be_read():
    smallest = find(ngst.stage_games(actions=2), lambda game: not pure_equilibria(game))
    assert np.abs(smallest.payoffs).max() <= 1
    assert find(ngst.prisoners_dilemmas(), lambda _: True).payoffs[..., 0].tolist() == [[2, 0], [3, 1]]
    assert dict(find(ngst.scenarios(), lambda _: True).parameters) == dict(SCENARIO.parameters)


# --- games over time ----------------------------------------------------------------------------------------


@pytest.mark.long
@pytest.mark.parametrize("kind", ["full_support", "zeros", "uninformative", "revealing"])
def test_public_signals_are_of_their_kind(kind):
    stage = StageGame(np.zeros((2, 3, 2)))
    for signal in drawn(ngst.public_signals(stage=stage, kind=kind), 60):
        assert signal.n_actions == (2, 3)
        rows = signal.probabilities.reshape(6, -1)
        assert (signal.exact_probabilities().sum(axis=-1) == 1).all()
        if kind == "full_support":
            assert (rows > 0).all()
        if kind == "zeros":
            assert (rows == 0).any()
        if kind == "uninformative":
            assert (rows == rows[0]).all()
        if kind == "revealing":
            assert (rows.max(axis=1) == 1).all()
            assert len(np.unique(rows, axis=0)) == 6


@pytest.mark.long
def test_stochastic_games_come_in_every_form_with_absorbing_and_unreached_states():
    games = drawn(ngst.stochastic_games(states=(2, 3)), 150)
    dense = [(game, np.asarray(game.transitions.to_dense(), float)) for game in games]

    def of_states(game, rows):
        counts = [int(np.prod(stage.n_actions)) for stage in game.stages]
        return np.split(rows.reshape(sum(counts), -1), np.cumsum(counts)[:-1])

    def absorbing(pair):
        return any((part[:, s] == 1).all() for s, part in enumerate(of_states(*pair)))

    def unreached(pair):
        parts = of_states(*pair)
        return any(
            all((part[:, s] == 0).all() for k, part in enumerate(parts) if k != s) for s in range(len(parts))
        )

    assert all(np.allclose(rows.sum(axis=-1), 1) for _, rows in dense)
    assert share(dense, absorbing) > 0.1
    assert share(dense, unreached) > 0.1
    assert share(dense, lambda pair: (pair[1] > 0).all()) < 0.9
    assert {type(game.transitions).__name__ for game in games} == {
        "Transitions", "SparseTransitions", "FactoredTransitions",
    }  # fmt: skip


# --- strategies ---------------------------------------------------------------------------------------------


@pytest.mark.long
@given(st.data())
def test_automata_fit_their_game_with_and_without_a_signal(data):
    stage = data.draw(ngst.stage_games())
    signal = data.draw(st.none() | ngst.public_signals(stage=stage))
    automaton = data.draw(ngst.automata(stage=stage, signal=signal))
    game = RepeatedGame(stage, Fraction(1, 2), signal)
    values = value(game, automaton).values
    assert np.isfinite(values).all()
    low, high = stage.payoffs.min(), stage.payoffs.max()
    assert ((values >= low - 1e-9) & (values <= high + 1e-9)).all()
    assert verify(game, automaton).status == "complete"
    keys = set(product(*stage.actions)) if signal is None else set(signal.signals)
    assert all(key == "otherwise" or key in keys for row in automaton.transitions.values() for key in row)


@pytest.mark.long
@given(st.data())
def test_markov_strategies_fit_their_game(data):
    game = data.draw(ngst.stochastic_games())
    strategy = data.draw(ngst.markov_strategies(game=game))
    assert strategy.states == game.states
    assert verify(game, strategy).status == "complete"


# --- the domain ---------------------------------------------------------------------------------------------


@given(ngst.scenarios(moved=5))
def test_scenarios_lie_within_their_ranges_and_can_be_played(world):
    moved = {n: x for n, x in world.parameters.items() if x != SCENARIO.parameters[n]}
    assert len(moved) <= 5
    for name, x in moved.items():
        assert SCENARIO.quantities[name].low <= x <= SCENARIO.quantities[name].high
    assert np.isfinite(world.stage_game("small").payoffs).all()
    assert len(repr(world)) < 1000


@given(st.data())
def test_legal_moves_are_legal_and_illegal_ones_are_not(data):
    state = data.draw(ngst.states())
    now = data.draw(ngst.postures(state=state))
    legal = data.draw(ngst.legal_moves(postures=now, state=state, dated=data.draw(st.booleans())))
    assert legality(SCENARIO, now, legal, state).legal
    assert not legality(SCENARIO, now, data.draw(ngst.illegal_moves(postures=now, state=state)), state).legal


@given(ngst.move_records())
def test_records_are_rows_that_the_model_reads(row):
    assert row.announced.earliest <= row.announced.latest
    if row.instrument is not None:
        level = record_level(SCENARIO, row)
        assert level in SCENARIO.instruments[row.instrument].labels(row.actor)


@settings(max_examples=15)
@given(ngst.agreements(clauses=(1, 2)))
def test_agreements_keep_the_contract_of_agreements(agreement):
    from negotiation.testing.contracts import check_agreement

    check_agreement(agreement)


@pytest.mark.long
@settings(max_examples=4)
@given(ngst.experiments())
def test_experiments_run_and_give_every_cell_its_numbers(experiment):
    result = run(experiment, workers=1)
    assert len(result.to_pandas()) == experiment.n_cells


# --- types --------------------------------------------------------------------------------------------------


@given(game=...)
def test_an_annotation_is_enough(game: StageGame):
    assume(game.n_players == 2)
    assert solve(game).status == "complete"
