"""Trade between the regions of the world, and what a change of tariffs does to each of them.

Public: `equilibrium.Trade` and `equilibrium.equilibrium`. The rest may change.
"""
