"""
A game of one stage
===================

Two countries can keep an agreement or break it. Both want the other to keep it and to break it
themselves.
"""

import negotiation as ng

stage = ng.StageGame.from_matrices(
    [[9, 1], [10, 3]],
    [[9, 10], [1, 3]],
    players=("USA", "CHN"),
    actions=(("keep", "break"), ("keep", "break")),
)
axes = stage.plot()

# %%
# Best replies are starred and equilibria framed. ``solve`` returns all of them, each with the regret that
# a check of its own found.

ng.solve(stage)
