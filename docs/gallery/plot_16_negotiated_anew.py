"""
Relations that are bargained anew
=================================

The arms race of Goldluecke and Kranz (2022): partners can pay each other, and with some probability they
bargain anew as if there were no past.
"""

import negotiation as ng

game = ng.catalogue()["kranz-arms-race"].game()
found = ng.negotiation_equilibrium(game, negotiation_probability=0.65)
axes = found.plot()
