"""Forecasts of moves by theories and by baselines, and their scores.

The public part is the result of `ng.forecast` (`Forecast`) and its scores. Everything else may change.
"""
