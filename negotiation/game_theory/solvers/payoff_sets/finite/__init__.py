"""Payoff sets of finitely repeated games.

Public: `finite_horizon_payoff_set`, `finite_horizon_payoffs`, and what they return; the rest may change.
"""
