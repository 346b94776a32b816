"""Estimation of parameters and theories from the record: posteriors, evidence and scores, move by move.

Public: `ng.estimate` and what it returns, and `Sampler` in `fitting`. The rest may change.
"""
