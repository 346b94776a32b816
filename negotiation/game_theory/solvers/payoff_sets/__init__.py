"""Sets of equilibrium payoffs of repeated and stochastic games.

Public: `equilibrium_payoffs` and what it returns; the rest may change.
"""
