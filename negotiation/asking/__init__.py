"""Costs of moves, the best replies to them, and the chances of moves after a day.

Public: `ask`, `forecast` and what they return. Everything else may change.
"""
