"""Questions across truces: leverage, linkage, win-sets, payoff sets."""
