"""Payoff sets of stochastic games, one for each state."""
