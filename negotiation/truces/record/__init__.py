"""The dated record: moves, clauses, agreements, and what was public on a given day.

Public: what the functions and results in `ng.` return. The modules may change.
"""
