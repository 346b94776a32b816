"""Dated history beside what the games say: records, agreements, replay, verdicts.

Public: what `ng.` and the reference have of it. Everything else may change.
"""
