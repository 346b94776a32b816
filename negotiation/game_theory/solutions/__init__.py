"""What solvers return and checks take: payoff sets, bounds, verdicts.

Public: the fields and methods of results that the reference lists. How they are computed may change.
"""
