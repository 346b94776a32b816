"""Sets of equilibrium payoffs of repeated and stochastic games.

Public: `equilibrium_payoffs`, and what they return; the rest may change.
"""
