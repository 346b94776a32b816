"""Dated history compared with the games: records, agreements, replay, verdicts.

Public: the names that `ng.` and the reference list. Everything else may change.
"""
