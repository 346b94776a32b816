"""
A mediator can help
===================

Aumann (1974): in chicken, payoffs outside the hull of the Nash equilibria are reached when a mediator
advises each side in private and each side wants to follow.
"""

from matplotlib.figure import Figure

import negotiation as ng

stage = ng.catalogue()["aumann-1974"].game()
corners = ng.extreme_correlated_payoffs(stage)
axes = Figure(figsize=(4.5, 4.0), layout="constrained").subplots()
axes.set_title("Payoffs that a mediator reaches")
axes.fill(*corners.vertices.T, alpha=0.3, label="correlated equilibria")
axes.plot(*zip(*(e.payoffs for e in ng.solve(stage).equilibria), strict=True), "o", label="Nash equilibria")
axes.set_xlabel("payoff of the first player")
axes.set_ylabel("payoff of the second player")
_ = axes.legend()

# %%
# The best of them for both together:

ng.correlated_equilibrium(stage, objective="welfare")
