"""
Tit for tat is an equilibrium at few discount factors
=====================================================

A strategy is asked at all discount factors at once. The set need not be an interval that ends at one:
tit for tat forgives too soon where players are patient and punishes too little where they are not.
"""

import negotiation as ng

stage = ng.StageGame.from_matrices(
    [[9, 1], [10, 3]],
    [[9, 10], [1, 3]],
    players=("USA", "CHN"),
    actions=(("keep", "break"), ("keep", "break")),
)
tit_for_tat = ng.strategies.tit_for_tat(stage)
found = ng.critical_discount_factor(stage, tit_for_tat)
axes = found.plot()

# %%
# Grim trigger beside it:

grim = ng.strategies.grim_trigger(stage, ("keep", "keep"), ("break", "break"))
ng.critical_discount_factor(stage, grim)
