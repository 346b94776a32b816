"""
A strategy at all discount factors at once
==========================================

Of a strategy one asks at which discount factors it is an equilibrium. The answer is found for all of them,
from polynomials, and not on a grid. Grim trigger:
"""

import negotiation as ng

stage = ng.StageGame.from_matrices(
    [[9, 1], [10, 3]],
    [[9, 10], [1, 3]],
    players=("USA", "CHN"),
    actions=(("keep", "break"), ("keep", "break")),
)
grim = ng.strategies.grim_trigger(stage, ("keep", "keep"), ("break", "break"))
axes = ng.critical_discount_factor(stage, grim).plot()

# %%
# Tit for tat is never subgame perfect in this game: after a break there is always somebody who would rather
# do otherwise than it says.

none = ng.critical_discount_factor(stage, ng.strategies.tit_for_tat(stage)).plot()
