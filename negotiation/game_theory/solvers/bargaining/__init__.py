"""Bargaining: the rules, and the sets of payoffs over which players bargain.

Public: `bargain`, `Egalitarian`, `KalaiSmorodinsky`, `NashBargaining`, `Rubinstein`, and what they return;
the rest may change.
"""
