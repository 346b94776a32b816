"""The stage game of two weapons, for tests of its closed forms against the solvers."""

import numpy as np

from negotiation.game_theory.games import StageGame


def weapons_game(gains, harms):
    """Return the game in which each side keeps or uses its weapon; using it gains g_i and harms the other."""
    use = np.array([0.0, 1.0])
    first = gains[0] * use[:, None] - harms[0] * use[None, :]
    second = gains[1] * use[None, :] - harms[1] * use[:, None]
    return StageGame.from_matrices(first, second, actions=(("keep", "use"), ("keep", "use")))
