"""
Play that looks at the state alone
==================================

Markov perfect equilibria of a stochastic game, with proof that none is missing where the game is small.
"""

import numpy as np

import negotiation as ng

hunt = np.array([[[4, 4], [0, 3]], [[3, 0], [3, 3]]])
game = ng.StochasticGame([hunt, 2 * hunt], np.full((2, 2, 2, 2), 0.5), 0.5, states=("poor", "rich"))
found = ng.markov_perfect_equilibria(game)
axes = found.plot()

# %%
# All of them:

found
