"""Payoff sets under perfect monitoring.

Public: `bounded_payoffs`, and what they return; the rest may change.
"""
