"""What the figures of games and their solutions show."""

import numpy as np

import negotiation as ng
from negotiation.game_theory.solvers.thresholds.result import CriticalDiscountFactor
from tests.contracts.figures import dilemma


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


def test_large_games_have_marks_and_the_same_frames():
    stage = ng.StageGame(np.random.default_rng(5).normal(size=(14, 12, 2)))
    axis = stage.plot()
    pure = [tuple(np.argmax(v) for v in e.strategies) for e in ng.solve(stage).equilibria if e.is_pure]
    assert {(x, y) for x, y in frames(axis)} == {(j, i) for i, j in pure}
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
