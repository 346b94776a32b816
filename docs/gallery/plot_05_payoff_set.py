"""
What repetition allows
======================

The payoffs that subgame-perfect play of the prisoner's dilemma reaches, with public randomisation.
"""

import negotiation as ng

stage = ng.StageGame.from_matrices(
    [[9, 1], [10, 3]],
    [[9, 10], [1, 3]],
    players=("USA", "CHN"),
    actions=(("keep", "break"), ("keep", "break")),
)
reached = ng.equilibrium_payoffs(ng.RepeatedGame(stage, 0.5))
axes = reached.plot()

# %%
# The set is known exactly here: the bounds from outside and from inside are the same.

reached
