"""
Payoffs that change what is played next
=======================================

Rich states follow calm. The game, then the sets of subgame-perfect payoffs in each of its states.
"""

import numpy as np

import negotiation as ng

payoffs = np.array([[[9, 9], [1, 10]], [[10, 1], [3, 3]]])
chances = np.full((2, 2, 2, 2), 0.5)
chances[:, 0, 0] = (0.1, 0.9)
game = ng.StochasticGame(
    [payoffs, 2 * payoffs],
    chances,
    0.6,
    states=("poor", "rich"),
    players=("USA", "CHN"),
    actions=(("keep", "break"),) * 2,
)
states = game.plot()

# %%
# In each state:

sets = ng.equilibrium_payoffs(game).plot()
