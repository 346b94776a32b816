"""What the strategies of `negotiation.testing` say they draw, they draw: as promised, and widely enough."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, assume, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from negotiation.disputes import Move, Postures, Scenario, State, legality
from negotiation.errors import UnknownParameter
from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import PublicSignal, RepeatedGame, StageGame, StochasticGame
from negotiation.game_theory.solvers.nash.solve import solve
from negotiation.game_theory.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs
from negotiation.game_theory.solvers.stage.dominance import dominated_actions
from negotiation.game_theory.solvers.stage.iterated_elimination import iterated_elimination
from negotiation.game_theory.solvers.values.value import value
from negotiation.lab import run
from negotiation.strategies import Automaton
from negotiation.testing import strategies as ngst
from negotiation.truces.record.moves import MoveRecord
from negotiation.truces.record.timeline import record_level
from negotiation.truces.verdicts.agreements import Agreement
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


@given(ngst.stage_games(players=(1, 4), actions=(1, 3), bound=4))
def test_stage_games_keep_their_bounds_and_label_players_apart(game):
    assert 1 <= game.n_players <= 4
    assert all(1 <= n <= 3 for n in game.n_actions)
    assert np.abs(game.payoffs).max() <= 4
    labels = [label for row in game.actions for label in row]
    assert len(set(labels)) == len(labels)


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


def test_some_stage_games_have_no_subgame_perfect_payoff_and_some_many():
    games = drawn(ngst.repeated_games(stages=ngst.stage_games(actions=2)), 120)
    sets = [equilibrium_payoffs(game) for game in games]
    assert share(sets, lambda found: found.is_empty) > 0.03
    assert share(sets, lambda found: len(found.vertices) == 1) > 0.1
    assert share(sets, lambda found: len(found.vertices) > 2) > 0.1


@given(ngst.generic_games(players=(2, 3)))
def test_generic_games_have_no_ties_and_an_odd_number_of_equilibria(game):
    for i in range(game.n_players):
        assert len(np.unique(game.payoffs[..., i])) == game.payoffs[..., i].size
    if game.n_players == 2:
        assert len(solve(game)) % 2 == 1


def test_generic_games_have_one_and_several_equilibria():
    games = drawn(ngst.generic_games(actions=(2, 3)))
    assert share(games, lambda game: len(solve(game)) > 1) > 0.1
    assert share(games, lambda game: not pure_equilibria(game)) > 0.03


@given(ngst.degenerate_games(players=(1, 3)))
def test_degenerate_games_have_two_best_replies_somewhere(game):
    assert has_ties(game)


@given(ngst.symmetric_games())
def test_symmetric_games_look_the_same_to_both(game):
    assert np.array_equal(game.payoffs[..., 1], game.payoffs[..., 0].T)


@given(ngst.zero_sum_games())
def test_zero_sum_games_have_one_value(game):
    assert not game.payoffs.sum(axis=-1).any()
    values = {round(float(e.payoffs[0]), 9) for e in solve(game)}
    assert len(values) == 1


@given(ngst.prisoners_dilemmas(alike=False), ngst.prisoners_dilemmas(efficient=False))
def test_prisoners_dilemmas_are_that(efficient, other):
    for game in (efficient, other):
        for own in (game.payoffs[..., 0], game.payoffs[..., 1].T):
            (reward, worst), (temptation, punishment) = own
            assert temptation > reward > punishment > worst
            assert game is other or 2 * reward > temptation + worst
        assert pure_equilibria(game) == [(1, 1)]


@given(ngst.coordination_games())
def test_coordination_games_have_a_strict_equilibrium_on_each_diagonal_place(game):
    for k in range(game.n_actions[0]):
        assert verify(game, game.labels((k, k))).margin > 0


@given(ngst.dominance_solvable_games(players=(1, 3)))
def test_dominance_leaves_one_profile(game):
    assert iterated_elimination(game).game.n_actions == (1,) * game.n_players


def test_dominance_takes_several_rounds_at_times():
    games = drawn(ngst.dominance_solvable_games(actions=3))

    def one_round(game):
        return len(dominated_actions(game).dominated) == sum(game.n_actions) - 2

    assert share(games, lambda game: not one_round(game)) > 0.2


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ngst.stage_games(players=0), "players: a whole number from 1 on"),
        (lambda: ngst.stage_games(players=(3, 2)), r"or two of them in order; got \(3, 2\)"),
        (lambda: ngst.stage_games(players=9), "players: at most 6"),
        (lambda: ngst.stage_games(bound=0), "bound: a whole number above 0"),
        (lambda: ngst.coordination_games(actions=1), "actions: a whole number from 2 on"),
        (lambda: ngst.dominance_solvable_games(players=5), "at most 4"),
        (lambda: ngst.discount_factors(low=Fraction(0)), r"inside \(0, 1\)"),
        (lambda: ngst.discount_factors(max_denominator=1), "from 2 to 100"),
        (lambda: ngst.public_signals(kind="noisy"), "kind: one of any, full_support"),
        (lambda: ngst.stochastic_games(form="thin"), "form: one of any, dense"),
        (lambda: ngst.stochastic_games(form="dense", same_actions=False), "where action sets differ"),
    ],
)
def test_bad_arguments_are_refused_when_the_strategy_is_made(call, message):
    with pytest.raises(InvalidArgument, match=message):
        call()


def test_examples_shrink_to_games_that_can_be_read():
    smallest = find(ngst.stage_games(actions=2), lambda game: not pure_equilibria(game))
    assert np.abs(smallest.payoffs).max() <= 1
    assert find(ngst.prisoners_dilemmas(), lambda _: True).payoffs[..., 0].tolist() == [[2, 0], [3, 1]]
    assert dict(find(ngst.scenarios(), lambda _: True).parameters) == dict(SCENARIO.parameters)


# --- games over time ----------------------------------------------------------------------------------------


@given(ngst.discount_factors(max_denominator=7), ngst.discount_factors(exact=False))
def test_discount_factors_are_exact_or_floats_inside_the_range(exact, rough):
    assert isinstance(exact, Fraction)
    assert exact.denominator <= 7 or exact in (Fraction(1, 20), Fraction(19, 20))
    assert isinstance(rough, float)
    assert 0.05 <= rough <= 0.95


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


@given(ngst.repeated_games(common=False, monitoring="any"))
def test_repeated_games_have_a_factor_for_each_and_a_signal_that_fits(game):
    assert len(game.discount_factors) == game.stage.n_players
    assert game.monitoring.n_actions == game.stage.n_actions


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


def test_action_sets_of_stochastic_games_can_differ():
    games = drawn(ngst.stochastic_games(states=(2, 3), same_actions=False), 60)
    assert share(games, lambda game: len({stage.n_actions for stage in game.stages}) > 1) > 0.3


# --- strategies ---------------------------------------------------------------------------------------------


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


def test_automata_differ_in_size_and_in_chance():
    stage = StageGame(np.zeros((2, 2, 2)))
    plans = drawn(ngst.automata(stage=stage), 100)
    assert {len(plan.states) for plan in plans} == {1, 2, 3, 4}
    assert 0.1 < share(plans, lambda plan: plan.is_deterministic()) < 0.9
    assert share(plans, lambda plan: len(plan.reachable()) > 1) > 0.3
    certain = drawn(ngst.automata(stage=stage, random=False), 60)
    assert all(plan.is_deterministic() for plan in certain)


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


def test_scenarios_reach_the_ends_of_ranges():
    worlds = drawn(ngst.scenarios(), 100)
    assert share(worlds, lambda world: dict(world.parameters) != dict(SCENARIO.parameters)) > 0.7
    for end in ("low", "high"):
        assert share(
            worlds,
            lambda world, end=end: any(
                world.parameters[name] == getattr(q, end) for name, q in SCENARIO.quantities.items()
            ),
        ) > 0.2  # fmt: skip


def test_only_the_named_parameters_move():
    worlds = drawn(ngst.scenarios(names=["security_weight"]), 30)
    moved = {n for world in worlds for n, x in world.parameters.items() if x != SCENARIO.parameters[n]}
    assert moved == {"security_weight"}
    with pytest.raises(UnknownParameter):
        ngst.scenarios(names=["security"])


def test_states_cover_all_and_can_be_held():
    assert len(set(drawn(ngst.states(), 600))) > 150
    assert all(s.authority == 0 and s.clock > 0 for s in drawn(ngst.states(authority=False, in_force=True)))
    assert all(s.clock == 0 for s in drawn(ngst.states(in_force=False), 50))


@given(st.data())
def test_legal_moves_are_legal_and_illegal_ones_are_not(data):
    state = data.draw(ngst.states())
    now = data.draw(ngst.postures(state=state))
    legal = data.draw(ngst.legal_moves(postures=now, state=state, dated=data.draw(st.booleans())))
    assert legality(SCENARIO, now, legal, state).legal
    assert not legality(SCENARIO, now, data.draw(ngst.illegal_moves(postures=now, state=state)), state).legal


def test_illegal_moves_have_every_kind_of_fault():
    lawless = State(authority=0)
    reasons = " ".join(
        legality(SCENARIO, SCENARIO.calm(), move, lawless).reason
        for move in drawn(ngst.illegal_moves(state=lawless), 150)
    )
    for kind in (
        "no level 'no_such_level'", "at least one level", "there already", "has been lost",
        "is not a country", "no instrument", "before it is announced", "days from announcement",
    ):  # fmt: skip
        assert kind in reasons
    assert {len(move.changes) for move in drawn(ngst.moves(), 100)} >= {0, 1, 2}


@given(ngst.move_records())
def test_records_are_rows_that_the_model_reads(row):
    assert row.announced.earliest <= row.announced.latest
    if row.instrument is not None:
        level = record_level(SCENARIO, row)
        assert level in SCENARIO.instruments[row.instrument].labels(row.actor)


def test_records_are_of_every_kind():
    rows = drawn(ngst.move_records(), 150)
    assert {row.instrument for row in rows} == {None, *SCENARIO.instruments}
    assert {row.announced.precision for row in rows} == {"day", "month"}
    assert share(rows, lambda row: row.status == "threatened") > 0.1


@settings(max_examples=15)
@given(ngst.agreements(clauses=(1, 2)))
def test_agreements_keep_the_contract_of_agreements(agreement):
    from negotiation.testing.contracts import check_agreement

    check_agreement(agreement)


def test_agreements_have_readings_and_clocks_at_times():
    deals = drawn(ngst.agreements(), 100)
    assert 0.2 < share(deals, lambda deal: deal.readings) < 0.8
    assert {deal.clock_days for deal in deals} == {0, 90, 365}
    assert {len(deal.covered()) for deal in deals} >= {1, 2, 3, 4}


@pytest.mark.long
@settings(max_examples=4)
@given(ngst.experiments())
def test_experiments_run_and_give_every_cell_its_numbers(experiment):
    result = run(experiment, workers=1)
    assert len(result.to_pandas()) == experiment.n_cells


# --- types --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind",
    [
        StageGame, RepeatedGame, StochasticGame, PublicSignal, Automaton, Postures, State, Scenario, Move,
        MoveRecord, Agreement,
    ],
)  # fmt: skip
def test_the_type_is_enough(kind):
    assert all(isinstance(example, kind) for example in drawn(st.from_type(kind), 5))


@given(game=...)
def test_an_annotation_is_enough(game: StageGame):
    assume(game.n_players == 2)
    assert solve(game).status == "complete"
