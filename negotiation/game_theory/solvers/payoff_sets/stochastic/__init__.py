"""Payoff sets of stochastic games, one for each state.

Public: what `ng.equilibrium_payoffs` returns; the rest may change.
"""
