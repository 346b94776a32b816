"""Solution concepts and their algorithms, one per file; the checks share no code with them.

Public: the functions that `ng.` and `ng.solvers` name, and their results; the rest may change.
"""
