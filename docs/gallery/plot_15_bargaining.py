"""
What is agreed on
=================

Of the payoffs that patience sustains, bargaining picks one. The Nash solution, with the point that is
played without an agreement.
"""

import negotiation as ng

stage = ng.StageGame.from_matrices(
    [[9, 1], [10, 3]],
    [[9, 10], [1, 3]],
    players=("USA", "CHN"),
    actions=(("keep", "break"), ("keep", "break")),
)
game = ng.RepeatedGame(stage, 0.75)
axes = ng.bargain(game).plot()

# %%
# Another rule:

ng.bargain(game, rule=ng.KalaiSmorodinsky())
