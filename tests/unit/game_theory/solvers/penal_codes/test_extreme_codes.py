from fractions import Fraction

import numpy as np
import pytest

from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.exact.hulls import Mixture
from negotiation.game_theory.games import RepeatedGame, StageGame
from negotiation.game_theory.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs
from negotiation.game_theory.solvers.payoff_sets.perfect.extreme_play import extreme_play
from negotiation.game_theory.solvers.penal_codes.extreme_codes import extreme_codes, own_shares
from negotiation.game_theory.solvers.penal_codes.held_path import held_path
from negotiation.game_theory.solvers.values.value import value

CASES = [
    # War for ever.
    ([[9, 1], [10, 3]], [[9, 10], [1, 3]], Fraction(1, 7), (3, 3)),
    # A control and a curb: the curb is used once, and by lot again.
    ([[0, -3], [1, -2]], [[0, Fraction(-1, 2)], [-2, Fraction(-5, 2)]], Fraction(1, 2), (-2, -2)),
    # Player 0's worst payoff enters its own equation, linearly.
    ([[-4, 1], [0, 5]], [[-5, 0], [-1, 3]], Fraction(4, 5), (Fraction(4, 3), 0)),
]


@pytest.mark.parametrize(("first", "second", "delta", "worst"), CASES)
def test_worst_payoffs_are_exact_and_meet_the_outer_bound(first, second, delta, worst):
    game = RepeatedGame(StageGame.from_matrices(first, second), delta)
    code = next(extreme_codes(game))
    assert code.is_proven()
    assert (code.threat(0), code.threat(1)) == worst
    assert equilibrium_payoffs(game).threats == pytest.approx([float(w) for w in worst], abs=1e-9)
    for i in (0, 1):
        strategy = code.automaton(Mixture({code.worst[i]: Fraction(1)}, exact=True))
        assert verify(game, strategy, exact=True).holds
        assert value(game, strategy).payoffs[i] == pytest.approx(float(worst[i]), abs=1e-12)


def test_a_worst_payoff_that_is_the_root_of_a_square_is_promised_from_close_above():
    first, second = [[3, -2], [-1, -3]], [[-3, 5], [-4, -5]]
    game = RepeatedGame(StageGame.from_matrices(first, second), Fraction(1, 2))
    code = next(extreme_codes(game))
    assert code.is_proven()
    assert code.threat(0) == -2
    least = equilibrium_payoffs(game).threats[1]
    assert 0 < float(code.threat(1)) - least < 1e-8
    assert code.proves(Mixture({0: Fraction(1)}, exact=True))


def test_there_is_no_code_where_there_is_no_equilibrium():
    pennies = StageGame.from_matrices([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    assert list(extreme_codes(RepeatedGame(pennies, Fraction(1, 2)))) == []


def test_every_corner_that_is_read_is_generated_by_its_profile():
    rng, read = np.random.default_rng(11), 0
    for _ in range(120):
        shares = own_shares(StageGame(rng.integers(-9, 10, (3, 3, 2)).astype(float)))
        delta = float(rng.uniform(0.3, 0.9))
        found = extreme_play(shares, delta)
        for k, extreme in found.play.items() if found else ():
            g, v = shares[extreme.profile], found.corners[k]
            w = (v - (1 - delta) * g) / delta
            ends = found.corners[list(extreme.after)]
            if extreme.binding is None:
                assert np.abs(v - g).max() < 1e-9
                continue
            j, (row, column) = extreme.binding, extreme.profile
            best = shares[:, column, 0].max() if j == 0 else shares[row, :, 1].max()
            threat = found.corners[found.worst[j], j]
            assert v[j] == pytest.approx((1 - delta) * best + delta * threat, abs=1e-8)
            if len(ends) == 2:
                along, away = ends[1] - ends[0], w - ends[0]
                assert abs(along[0] * away[1] - along[1] * away[0]) < 1e-8
            read += 1
    assert read > 40


def test_a_path_is_held_though_the_second_player_replies_outside_extreme_play():
    first, second = [[0, -5, -5], [0, -4, 3], [-4, -2, 5]], [[-3, 3, -2], [0, 5, 5], [2, 0, -2]]
    game = RepeatedGame(StageGame.from_matrices(first, second), 0.7)
    assert verify(game, held_path(game, ("1", "2"))).holds
