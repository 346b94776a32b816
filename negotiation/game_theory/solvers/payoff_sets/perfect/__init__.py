"""Payoff sets under perfect monitoring.

Public: `bounded_payoffs` and what it returns; the rest may change.
"""
