"""
A strategy as an automaton
==========================

Penance: a break is answered for two periods, then all is as before. States are boxes, and arrows say
what leads along them.
"""

import negotiation as ng

stage = ng.StageGame.from_matrices(
    [[9, 1], [10, 3]],
    [[9, 10], [1, 3]],
    players=("USA", "CHN"),
    actions=(("keep", "break"), ("keep", "break")),
)
penance = ng.strategies.penance(stage, ("keep", "keep"), ("break", "break"), 2)
axes = penance.plot()

# %%
# What it is worth from each state:

ng.value(ng.RepeatedGame(stage, 0.6), penance)
