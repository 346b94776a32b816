"""
Noise, and how much patience can undo
=====================================

Breaks are seen through a signal. As patience grows, perfect public equilibria reach the set of Fudenberg
and Levine (1994), drawn here, and no more.
"""

import negotiation as ng

stage = ng.StageGame.from_matrices(
    [[9, 1], [10, 3]],
    [[9, 10], [1, 3]],
    players=("USA", "CHN"),
    actions=(("keep", "break"), ("keep", "break")),
)
chances = [[[0.9, 0.1], [0.5, 0.5]], [[0.5, 0.5], [0.2, 0.8]]]
signal = ng.PublicSignal(chances, ("good", "bad"))
limit = ng.public_perfect_limit(stage, signal)
axes = limit.plot()

# %%
# The number of signals and what they tell apart decide it:

ng.full_rank(stage, signal)
