"""
The record beside the game
==========================

The levels of every instrument around the Geneva truce, as the dated record has them.
"""

import negotiation as ng

replay = ng.replay("2025-05-geneva", draws=0)
axes = replay.plot()

# %%
# What the game says of each leg and what happened:

replay.verdicts
