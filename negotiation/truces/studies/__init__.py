"""Questions across truces: leverage, linkage, win-sets, payoff sets.

Public: what the reference lists of it. The rest may change.
"""
