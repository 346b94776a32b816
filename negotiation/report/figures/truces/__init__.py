"""Figures of agreements and verdicts, and of records, forecasts and estimates.

Nothing here is public: users call the `plot` method of a result.
"""
