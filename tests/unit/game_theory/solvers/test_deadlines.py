"""A deadline is kept by what would go on for long, and what is then returned is partial and holds."""

from time import monotonic

import numpy as np
import pytest

import negotiation as ng

RNG = np.random.default_rng(1)
DILEMMA = ng.StageGame([[[2, 2], [0, 3]], [[3, 0], [1, 1]]])
NOISE = ng.PublicSignal(RNG.dirichlet([1, 1, 1], size=(2, 2)))
DRAW = np.random.default_rng(1)
NEAR = ng.StageGame(DRAW.integers(0, 3, (3, 2, 2)) + 1e-9 * DRAW.integers(-3, 4, (3, 2, 2)))
STATES = ng.StochasticGame(
    RNG.normal(size=(10, 3, 3, 2)), RNG.dirichlet(np.ones(10), size=(10, 3, 3)), 1 - 1e-12
)
MANY = ng.StochasticGame(
    DRAW.normal(size=(300, 4, 4, 2)), DRAW.dirichlet(np.ones(300), size=(300, 4, 4)), 0.99
)
THREE = ng.RepeatedGame(ng.StageGame(DRAW.normal(size=(9, 9, 9, 3))), 0.5)
KNIFE = ng.StageGame([[[2.0, 3.0], [1.0, 0.0]], [[0.0, 1.0], [1.0, 1.0]]])
LONG = {
    "common": lambda d: ng.equilibrium_payoffs(ng.RepeatedGame(KNIFE, 1 - 1e-6), deadline=d),
    "unlike": lambda d: ng.equilibrium_payoffs(ng.RepeatedGame(DILEMMA, (1 - 1e-12, 0.9)), deadline=d),
    "signal": lambda d: ng.equilibrium_payoffs(ng.RepeatedGame(DILEMMA, 1 - 1e-6, NOISE), deadline=d),
    "states": lambda d: ng.equilibrium_payoffs(STATES, deadline=d),
    "many states": lambda d: ng.equilibrium_payoffs(MANY, deadline=d),
    "payers in many states": lambda d: ng.equilibrium_payoffs(MANY, transfers=True, deadline=d),
    "three payers": lambda d: ng.equilibrium_payoffs(THREE, transfers=True, deadline=d / 1000),
    "states seen": lambda d: ng.equilibrium_payoffs(STATES, transfers=True, observed="states", deadline=d),
    "logit": lambda d: ng.logit_equilibrium(NEAR, 1e13, deadline=d),
    "branch": lambda d: ng.logit_branch(NEAR, 1e13, deadline=d),
}


@pytest.mark.long
@pytest.mark.parametrize("call", LONG)
def test_a_deadline_is_kept(call):
    # The first call compiles.
    assert LONG[call](1e-9).status == "partial"
    began = monotonic()
    found = LONG[call](1.0)
    assert (found.status, monotonic() - began < 2.0) == ("partial", True)
    if call in ("common", "unlike", "signal"):
        assert ng.verify(found.game, found).holds


@pytest.mark.long
def test_paths_and_best_replies_of_three_players_in_many_states_keep_it():
    game = ng.StochasticGame(
        RNG.normal(size=(150, 2, 2, 2, 3)), RNG.dirichlet(np.ones(150), size=(150, 2, 2, 2)), 0.9
    )
    ng.markov_perfect_equilibria(game, deadline=1e-9)
    began = monotonic()
    found = ng.markov_perfect_equilibria(game, deadline=1.0)
    assert (found.status, monotonic() - began < 2.0) == ("failed", True)
    assert "at the deadline" in found.outcomes[-1]


def test_a_deadline_far_off_changes_nothing():
    game = ng.RepeatedGame(DILEMMA, (0.7, 0.6))
    one, other = ng.equilibrium_payoffs(game), ng.equilibrium_payoffs(game, deadline=600.0)
    assert np.array_equal(one.outer, other.outer)
    # A whole number that no float holds, too.
    assert ng.logit_branch(DILEMMA, 1.0, deadline=10**400).status == "complete"
