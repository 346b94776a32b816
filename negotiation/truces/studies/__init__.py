"""Questions across truces: leverage, linkage, win-sets, payoff sets.

Public: what the reference lists. The rest may change.
"""
