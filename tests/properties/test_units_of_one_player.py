"""What one player's payoffs are measured in changes no verdict and no equilibrium.

Integers are shifted by up to 10^13, a range that doubles do not resolve to a part in a million; floats are
multiplied by powers of two, which rounds nothing.
"""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from negotiation.game_theory.checks.verify import verify
from negotiation.game_theory.games import RepeatedGame, StageGame
from negotiation.game_theory.solvers.nash.pure_equilibria import pure_equilibria
from negotiation.game_theory.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs

SIZES = st.tuples(st.integers(1, 3), st.integers(1, 3))
SHIFTS = st.integers(-(10**13), 10**13)
POWERS = st.integers(-40, 40)
PLAYERS = st.integers(0, 1)


@st.composite
def integer_games(draw):
    """Return small whole payoffs of two players, as an array."""
    size = draw(SIZES)
    count = int(np.prod(size)) * 2
    numbers = draw(st.lists(st.integers(-5, 5), min_size=count, max_size=count))
    return np.array(numbers, dtype=np.int64).reshape(*size, 2)


def moved(payoffs, player, shift, power):
    """Return the game as whole numbers with a shifted player, and as floats with a scaled one."""
    far, unlike = payoffs.copy(), payoffs.astype(np.float64)
    far[..., player] += shift
    unlike[..., player] *= 2.0**power
    return StageGame(far), StageGame(unlike)


@given(integer_games(), PLAYERS, SHIFTS, POWERS)
def test_pure_equilibria_are_the_same(payoffs, player, shift, power):
    supports = [e.support for e in pure_equilibria(StageGame(payoffs))]
    for game in moved(payoffs, player, shift, power):
        assert [e.support for e in pure_equilibria(game)] == supports


@given(integer_games(), PLAYERS, SHIFTS, POWERS, st.data())
def test_verdicts_on_profiles_are_the_same(payoffs, player, shift, power, data):
    profile = [data.draw(st.integers(0, n - 1)) for n in payoffs.shape[:-1]]
    labels = tuple(str(a) for a in profile)
    mixed = [np.eye(n)[a] for n, a in zip(payoffs.shape[:-1], profile, strict=True)]
    stage = StageGame(payoffs)
    for game in moved(payoffs, player, shift, power):
        assert verify(game, labels).holds == verify(stage, labels).holds
        assert verify(game, mixed).holds == verify(stage, mixed).holds


@given(integer_games(), PLAYERS, POWERS, st.sampled_from([0.3, 0.5, 0.75]), st.sampled_from([0.0, 1e-6]))
def test_sets_of_payoffs_pass_or_fail_their_check_in_any_unit(payoffs, player, power, delta, fault):
    game = RepeatedGame(StageGame(payoffs), delta)
    found = equilibrium_payoffs(game)
    # A fault in one player's payoffs, small against the player's own range alone.
    off = np.zeros(2)
    off[player] = fault * float(np.ptp(payoffs[..., player]))
    found = replace(found, inner=found.inner + off)
    unit = np.ones(2)
    unit[player] = 2.0**power
    scaled = replace(found, inner=found.inner * unit, continuations=found.continuations * unit)
    unlike = RepeatedGame(StageGame(payoffs * unit), delta)
    assert verify(unlike, scaled).holds == verify(game, found).holds
