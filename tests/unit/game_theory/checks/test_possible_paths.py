from fractions import Fraction

import numpy as np
import pytest

import negotiation as ng
from negotiation.game_theory.checks.possible_paths import least_payoffs, verify_possible_path
from negotiation.game_theory.solvers.penal_codes.held_path import worst_payoffs

DILEMMA = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
CURB = ng.StageGame.from_matrices([[0, -3], [1, -2]], [[0, -1.5], [-2, -3.5]])
"""Restraint, control; free, curb."""


def test_a_dilemma_is_ruled_out_exactly_below_its_threshold():
    # (9 - 3) d >= (10 - 9) (1 - d), so d >= 1/7.
    below, at = Fraction(1, 7) - Fraction(1, 10**12), Fraction(1, 7)
    found = verify_possible_path(ng.RepeatedGame(DILEMMA, below), ("C", "C"))
    assert (found.holds, found.exact, found.deviation.action) == (False, False, "D")
    assert verify_possible_path(ng.RepeatedGame(DILEMMA, at), ("C", "C")).holds


def test_bounds_beyond_minmax_rule_out_what_minmax_does_not():
    # A curb costs the second player 1.5 a period: it is made only where enough is at stake for that side.
    at = 0.4
    minmax = float(CURB.payoffs[..., 0].max(axis=0).min())
    complying, best = CURB.payoffs[0, 0, 0], CURB.payoffs[:, 0, 0].max()
    assert (1 - at) * best + at * minmax < complying  # minmax leaves the path possible
    game = ng.RepeatedGame(CURB, at)
    assert float(least_payoffs(game)[0]) > minmax + 1
    assert not verify_possible_path(game, CURB.labels((0, 0))).holds
    assert verify_possible_path(ng.RepeatedGame(CURB, 0.6), CURB.labels((0, 0))).holds


@pytest.mark.parametrize("seed", range(30))
def test_bounds_lie_below_the_worst_payoffs_and_near_them(seed):
    rng = np.random.default_rng(seed)
    payoffs = rng.integers(-5, 6, (3, 3, 2)).astype(float)
    delta = float(rng.choice([0.2, 0.4, 0.6]))
    worst = worst_payoffs(payoffs[None], [delta])[0]
    found = [float(x) for x in least_payoffs(ng.RepeatedGame(ng.StageGame(payoffs), delta))]
    if not np.isfinite(worst).all():
        return
    assert (found <= worst + 1e-9).all()
    assert (found >= worst - 0.05 * np.ptp(payoffs.reshape(-1, 2), axis=0)).all()


def test_several_players_are_held_to_their_minmax():
    payoffs = np.zeros((2, 2, 2, 3))
    payoffs[1, ..., 0] = 1.0
    stage = ng.StageGame(payoffs)
    assert least_payoffs(ng.RepeatedGame(stage, 0.9)) == (1, 0, 0)
    assert not verify_possible_path(ng.RepeatedGame(stage, 0.9), ("0", "0", "0")).holds
    assert verify_possible_path(ng.RepeatedGame(stage, 0.9), ("1", "0", "0")).holds


def test_departures_that_are_not_looked_at_rule_nothing_out():
    game = ng.RepeatedGame(DILEMMA, 0.1)
    assert verify_possible_path(game, ("C", "C"), [(), ()]).margin == float("inf")
    assert verify_possible_path(game, ("C", "C"), [("C",), ()]).holds
    found = verify_possible_path(game, ("C", "C"), [(), ("D",)])
    assert (found.holds, found.deviation.player, found.checked) == (False, "1", 1)
