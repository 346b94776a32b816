"""What the figures of games and their solutions show."""

import numpy as np
import pytest

import negotiation as ng
from negotiation.errors import InvalidGame
from negotiation.game_theory.solvers.thresholds.result import CriticalDiscountFactor
from negotiation.report.figures.payoff_sets import hull
from tests.contracts.figures import dilemma, scenario, wandering


def texts(axis):
    return [text.get_text() for text in axis.texts]


def frames(axis):
    return [patch.get_xy() for patch in axis.patches if type(patch).__name__ == "Rectangle"]


def test_the_payoff_matrix_has_every_payoff_stars_best_replies_and_frames_equilibria():
    axis = dilemma().plot()
    assert sorted(texts(axis)) == sorted(["9", "9", "1", "10*", "10*", "1", "3*", "3*"])
    assert frames(axis) == [(1, 1)]


def test_best_replies_of_rational_payoffs_are_compared_exactly():
    from fractions import Fraction

    near = 1 + Fraction(1, 10**20)
    stage = ng.StageGame.from_matrices([[1], [near]], [[0], [0]])
    assert sorted(texts(stage.plot())) == ["0*", "0*", "1", "1*"]


def test_labels_of_postures_are_words():
    axis = scenario().stage_game("small").plot()
    labels = [label.get_text().replace("\n", " ") for label in axis.get_yticklabels()]
    assert labels[0] == "tariff: geneva, chip control: licensed"


def test_large_games_have_marks_and_the_same_frames():
    stage = ng.StageGame(np.random.default_rng(5).normal(size=(14, 12, 2)))
    axis = stage.plot()
    pure = [tuple(np.argmax(v) for v in e.strategies) for e in ng.solve(stage).equilibria if e.is_pure]
    assert {(x, y) for x, y in frames(axis)} == {(j, i) for i, j in pure}
    assert not texts(axis)


def test_a_payoff_matrix_is_of_two_players():
    with pytest.raises(InvalidGame, match="got 3"):
        ng.StageGame(np.zeros((2, 2, 2, 3))).plot()


def test_bars_are_the_strategies_and_titles_the_payoffs():
    solution = ng.solve(ng.StageGame.from_matrices([[2, 0], [0, 1]], [[1, 0], [0, 2]], players=("R", "C")))
    panels = solution.plot().child_axes
    assert len(panels) == 2 * len(solution.equilibria) == 6
    drawn = [[bar.get_height() for bar in axis.patches] for axis in panels]
    assert np.allclose(drawn, [v for e in solution.equilibria for v in e.strategies])
    assert panels[0].get_title(loc="left") == f"R: payoff {solution.equilibria[0].payoffs[0]:.4g}"


def test_the_payoff_set_has_its_bounds_threats_and_stage_equilibria():
    found = ng.equilibrium_payoffs(ng.RepeatedGame(dilemma(), 0.9))
    axis = found.plot()
    lines = {line.get_label(): line.get_xydata() for line in axis.lines}
    assert np.allclose(lines["outer bound"][:-1], found.outer)
    assert np.allclose(axis.patches[0].get_xy()[:-1], found.inner)
    assert np.allclose(lines["worst for either"], [found.threats])
    assert np.allclose(lines["stage equilibrium"], [[3, 3]])
    assert len(lines["feasible"]) == 5


def test_a_hull_is_counter_clockwise_and_has_corners_alone():
    square = np.array([[0, 0], [2, 0], [2, 2], [0, 2], [1, 0], [1, 1]], dtype=float)
    assert hull(square).tolist() == [[0, 0], [2, 0], [2, 2], [0, 2]]


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


def test_arrows_carry_the_chances_that_the_equilibrium_gives():
    found = ng.markov_perfect_equilibria(wandering())
    calm = next(e for e in found if e.strategy["poor"] == e.strategy["rich"] == ("keep", "keep"))
    shown = texts(calm.plot())
    assert sorted(t for t in shown if t in ("0.1", "0.9")) == ["0.1", "0.1", "0.9", "0.9"]
    assert f"value {calm.value('rich', 'USA'):.3g}, {calm.value('rich', 'CHN'):.3g}" in shown


def test_the_branch_is_drawn_as_it_is_passed():
    branch = ng.logit_branch(dilemma(), 2.0)
    line = branch.plot().child_axes[0].lines[0]
    assert np.allclose(line.get_xdata(), branch.precisions)
    assert np.allclose(line.get_ydata(), [e.strategies[0][1] for e in branch])


def test_an_agreement_lists_its_clauses_by_leg_with_what_answers_what():
    busan = ng.truce("2025-10-busan")
    days, clauses = busan.plot().child_axes
    assert "in force\n10 Nov 2025" in texts(days)
    shown = texts(clauses)
    assert "Tariff leg: a breach is answered in tariff, control, other" in shown
    assert shown.count("China") == sum(clause.side == "CHN" for clause in busan.clauses)
    assert not {"USA", "CHN", "rare_earth_curb"} & set(shown)
