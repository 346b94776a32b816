"""
Three players
=============

Bounds for three players, drawn pair by pair.
"""

import numpy as np

import negotiation as ng

payoffs = np.random.default_rng(3).integers(0, 9, (2, 2, 2, 3))
game = ng.RepeatedGame(ng.StageGame(payoffs, players=("USA", "CHN", "NLD")), 0.9)
axes = ng.bounded_payoffs(game).plot()
