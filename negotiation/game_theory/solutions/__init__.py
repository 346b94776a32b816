"""Results of solvers that checks accept: equilibria, payoff sets, bounds and verdicts.

Public: the fields and methods of results that the reference lists. How they are computed may change.
"""
