"""What the figures of games, their solutions and agreements show."""

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest

import negotiation as ng
from negotiation.game_theory.games.catalogue.dynamic_games import arms_race
from negotiation.game_theory.solvers.thresholds.result import CriticalDiscountFactor
from negotiation.report.figures.truces.noise import coverage_figure
from negotiation.strategies import grim_trigger, penance, tit_for_tat
from negotiation.truces.studies.linkage import linkage_gains, win_sets
from tests.contracts.figures import dilemma
from tests.us_china import SCENARIO

BOTH = (("keep", "keep"), ("break", "break"))


def texts(axis):
    return [text.get_text() for text in axis.texts]


def patches(axis, kind):
    return [patch for patch in axis.patches if type(patch).__name__ == kind]


def test_the_payoff_matrix_has_every_payoff_stars_best_replies_and_frames_equilibria():
    axis = dilemma().plot()
    assert sorted(texts(axis)) == sorted(["9", "9", "1", "10*", "10*", "1", "3*", "3*"])
    assert [frame.get_xy() for frame in patches(axis, "Rectangle")] == [(1, 1)]


def test_best_replies_of_rational_payoffs_are_compared_exactly():
    near = 1 + Fraction(1, 10**20)
    stage = ng.StageGame.from_matrices([[1], [near]], [[0], [0]])
    assert sorted(texts(stage.plot())) == ["0*", "0*", "1", "1*"]


def test_large_games_have_marks_and_the_same_frames():
    stage = ng.StageGame(np.random.default_rng(5).normal(size=(14, 12, 2)))
    axis = stage.plot()
    pure = [tuple(np.argmax(v) for v in e.strategies) for e in ng.solve(stage).equilibria if e.is_pure]
    assert {frame.get_xy() for frame in patches(axis, "Rectangle")} == {(j, i) for i, j in pure}
    assert not texts(axis)


def test_the_payoff_set_has_its_bounds_threats_and_stage_equilibria():
    found = ng.equilibrium_payoffs(ng.RepeatedGame(dilemma(), 0.9))
    axis = found.plot()
    lines = {line.get_label(): line.get_xydata() for line in axis.lines}
    assert np.allclose(lines["outer bound"][:-1], found.outer)
    assert np.allclose(axis.patches[0].get_xy()[:-1], found.inner)
    assert np.allclose(lines["worst for either"], [found.threats])
    assert np.allclose(lines["stage equilibrium"], [[3, 3]])
    assert len(lines["feasible"]) == 5


def test_the_outer_bound_of_three_players_lies_around_the_inner_one():
    payoffs = np.random.default_rng(3).integers(0, 9, (2, 2, 2, 3))
    found = ng.bounded_payoffs(ng.RepeatedGame(ng.StageGame(payoffs), 0.9))
    for axis, (i, j) in zip(found.plot().child_axes, ((0, 1), (0, 2), (1, 2)), strict=True):
        outer = next(line for line in axis.lines if line.get_label() == "outer bound").get_xydata()
        assert (outer.min(axis=0) <= found.inner[:, [i, j]].min(axis=0) + 1e-6).all()
        assert (outer.max(axis=0) >= found.inner[:, [i, j]].max(axis=0) - 1e-6).all()


def test_the_line_of_discount_factors_has_each_interval_the_least_and_what_binds():
    found = CriticalDiscountFactor(((0.2, 0.35), (0.5, 0.5), (0.7, 1.0)), 0.2, 0.1, 0.2, None)
    axis = found.plot()
    assert [(p.get_x(), p.get_x() + p.get_width()) for p in axis.patches] == [(0.2, 0.35), (0.7, 1.0)]
    assert [0.5] in [list(line.get_xdata()) for line in axis.lines]
    assert "proven between 0.1 and 0.2" in texts(axis)
    stage = dilemma()
    axis = ng.critical_discount_factor(stage, ("keep", "keep")).plot()
    assert "0.142857 = 1/7" in texts(axis)
    assert "binds: USA: break instead of keep" in axis.get_xlabel().replace("\n", " ")


@pytest.mark.parametrize("length", [1, 3, 11])
def test_there_is_an_arrow_for_each_pair_of_states_that_play_links(length):
    automaton = penance(dilemma(), *BOTH, length)
    pairs = {(state, target) for state, row in automaton.transitions.items() for target in row.values()}
    assert len(patches(automaton.plot(), "FancyArrowPatch")) == len(pairs)


def automata():
    stage = ng.StageGame.from_matrices(
        [[16, 3, 0], [21, 10, -1], [9, 5, -5]], [[9, 13, 3], [1, 4, 0], [0, -4, -15]]
    )
    found = ng.equilibrium_payoffs(ng.RepeatedGame(stage, 0.3))
    yield grim_trigger(dilemma(), *BOTH)
    yield tit_for_tat(dilemma())
    yield penance(dilemma(), *BOTH, 3)
    yield penance(dilemma(), *BOTH, 11)
    yield ng.strategy_for(found, found.inner.mean(axis=0))


@pytest.mark.long
def test_no_text_covers_another_and_all_are_within_the_figure():
    for automaton in automata():
        axis = automaton.plot()
        figure = axis.figure
        figure.canvas.draw()
        found = [(text.get_text(), text.get_window_extent()) for text in axis.texts]
        for (one, box), (other, second) in combinations(found, 2):
            assert not box.shrunk(0.9, 0.9).overlaps(second.shrunk(0.9, 0.9)), (one, other)
        for text, box in found:
            assert figure.bbox.containsx(box.x0), text
            assert figure.bbox.containsx(box.x1), text
            assert figure.bbox.containsy(box.y0), text
            assert figure.bbox.containsy(box.y1), text


def test_each_move_that_is_agreed_on_has_an_arrow_with_its_chance():
    found = ng.negotiation_equilibrium(arms_race(), negotiation_probability=0.65, horizon=50)
    axis = found.plot()
    moves = [
        (s, t, p)
        for s in range(16)
        for t, p in zip(
            *found.game.transitions.row(found.game.offsets[s] + found.positions[s, 0]), strict=True
        )
        if t != s and p >= 0.005
    ]
    assert len(patches(axis, "FancyArrowPatch")) == len(moves)
    assert {f"{float(p):.2g}" for _, _, p in moves if p < 1} <= set(texts(axis))


@pytest.mark.long
def test_a_simplex_has_a_panel_for_each_pair():
    pay = np.random.default_rng(1).integers(0, 9, (2, 2, 2, 2, 4))
    found = ng.equilibrium_payoffs(ng.RepeatedGame(ng.StageGame(pay), 0.9), transfers=True)
    shown = [axis for axis in found.plot().figure.axes if axis.get_xlabel()]
    shown += [axis for axis in found.plot().child_axes if axis.get_xlabel()]
    assert len(shown) == 6


def test_the_linkage_figure_has_a_panel_for_each_disagreement_and_marks_what_is_agreed():
    found = linkage_gains(SCENARIO)
    axes = found.plot().child_axes
    assert [axis.get_title(loc="left") for axis in axes] == [
        "disagreement: stage equilibrium", "disagreement: worst equilibrium", "disagreement: trade war"
    ]  # fmt: skip
    points = {tuple(np.ravel(line.get_data())) for line in axes[1].lines if len(line.get_xdata()) == 1}
    assert {tuple(one.linked.payoffs) for one in found.under("worst equilibrium")} <= points


def test_the_win_set_figure_marks_where_calm_is_refused():
    found = win_sets(SCENARIO, np.linspace(0, 1, 11))
    axis = found.plot()
    assert found.turning_weight in [line.get_xdata()[0] for line in axis.lines]
    assert found.turning_weight == pytest.approx(0.3)


@pytest.mark.long
def test_figures_of_coverage_and_readings_are_drawn():
    replays = [ng.replay(name, SCENARIO, draws=0) for name in ("2025-05-geneva", "2025-10-busan")]
    assert len(coverage_figure(replays).lines) > 10
    pair = ng.truce("2025-05-geneva").compile(SCENARIO)
    lines = [len(axis.get_lines()) for axis in pair.plot().child_axes]
    assert lines == [5, 5]  # two readings with their priors, and zero
