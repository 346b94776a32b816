"""
Players who err less as precision grows
=======================================

The principal branch of logit equilibria leads from uniform play to one equilibrium of the game: here of
the stag hunt of Aumann (1990), from the catalogue of published games.
"""

import negotiation as ng

stage = ng.catalogue()["aumann-1990"].game()
branch = ng.logit_branch(stage, 6.0)
axes = branch.plot()

# %%
# At a single precision:

ng.logit_equilibrium(stage, precision=0.5)
