"""
Every equilibrium of a game
===========================

Three ways to meet. The game has pure and mixed equilibria, and none is left out.
"""

import negotiation as ng

payoffs = [[3, 0, 0], [0, 2, 0], [0, 0, 1]]
stage = ng.StageGame.from_matrices(payoffs, payoffs, actions=(("port", "fair", "fort"),) * 2)
found = ng.solve(stage)
axes = found.plot()

# %%
# Each row is an equilibrium: pure ones give the whole weight to one action.

found
