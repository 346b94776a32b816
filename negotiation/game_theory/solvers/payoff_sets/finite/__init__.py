"""Payoff sets of finitely repeated games."""
