"""Payoff sets under public signals.

Public: `enforceability`, `full_rank`, `public_perfect_limit`, and what they return; the rest may change.
"""
