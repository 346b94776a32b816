"""
How patient must both be?
=========================

The least discount factor at which some subgame-perfect play keeps the agreement for ever: a fraction,
not a decimal.
"""

import negotiation as ng

stage = ng.StageGame.from_matrices(
    [[9, 1], [10, 3]],
    [[9, 10], [1, 3]],
    players=("USA", "CHN"),
    actions=(("keep", "break"), ("keep", "break")),
)
found = ng.critical_discount_factor(stage, ("keep", "keep"))
axes = found.plot()

# %%
# What binds there, and whose temptation it is:

found
