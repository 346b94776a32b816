"""Optimal penal codes, and the strategies that yield given payoffs.

Public: `optimal_penal_code`, `strategy_for`, and what they return; the rest may change.
"""
