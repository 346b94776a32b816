"""Questions across truces: leverage, linkage, win-sets, payoff sets, restraint, negotiated payoffs.

Public: what the reference lists. The rest may change.
"""
