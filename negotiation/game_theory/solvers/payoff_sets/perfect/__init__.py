"""Payoff sets under perfect monitoring."""
