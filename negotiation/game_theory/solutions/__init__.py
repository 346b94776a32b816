"""What solvers return and checks take: payoff sets, bounds, verdicts.

Public: what fields and methods of results the reference lists; how they are computed may change.
"""
