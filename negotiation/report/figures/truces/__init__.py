"""Figures of agreements, of verdicts, and of what the record, forecasts and estimates show.

Nothing here is public: users draw a figure by the method `plot` of a result.
"""
