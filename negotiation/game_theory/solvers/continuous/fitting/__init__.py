"""Estimates parameters of games in continuous time from dated moves, by exact likelihood and gradient.

Public: `fit` and what it returns. The rest may change.
"""
