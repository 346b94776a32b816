"""What an action costs, what answers it, and what holds on a day.

Public: `ask` and what it returns. Everything else may change.
"""
