"""Estimation of the parameters of games in continuous time, by exact likelihood and gradient.

Public: `fit` and what it returns. The rest may change.
"""
