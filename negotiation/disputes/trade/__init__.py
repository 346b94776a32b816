"""Trade between the regions of the world, and the effects of a change of tariffs on each of them.

Public: `equilibrium.Trade` and `equilibrium.equilibrium`. The rest may change.
"""
