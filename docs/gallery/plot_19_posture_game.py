"""
The game of a dispute
=====================

The United States and China in 2025, each with its two strongest instruments at their least and greatest
levels; payoffs in percent of GDP a period. Every number behind them has a source or is marked as an
assumption.
"""

import negotiation as ng

scenario = ng.load_scenario("us-china-2025")
stage = scenario.stage_game("small")
axes = stage.plot()

# %%
# Its equilibria when it is played once:

ng.solve(stage)
