"""Predictions from the game, baselines, and their scores.

Public: `ng.forecast` and what it returns. The rest may change.
"""
