"""Costs of moves, the answers to them, and the chances of moves after a day.

Public: `ask` and what it returns. Everything else may change.
"""
