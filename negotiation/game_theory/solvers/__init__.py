"""Solution concepts and their algorithms, one per file; the checks share no code with them.

Public: the functions in `negotiation` and `negotiation.solvers`, and their results; the rest may change.
"""
