"""Dated history compared with the games: records, agreements, replay, verdicts.

Public: what `ng.` and the reference have of it. Everything else may change.
"""
