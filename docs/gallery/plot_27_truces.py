"""
How long parts of truces are kept
=================================

Of 47 truces, what their texts bind and what they leave out, until a first harsher step.
"""

import negotiation as ng

curves = ng.panel().survival()
axes = curves.plot()

# %%
# The shares behind the curves, and how much sooner what is left out is broken:

curves
