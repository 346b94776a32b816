"""Payoff sets under public signals."""
