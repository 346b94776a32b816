"""
A look ahead
============

Chances of moves in the three months after Busan, by simulation from the last day of the record, at
central parameter values. Ten paths keep this program short and its numbers coarse; the default is more
of both.
"""

import negotiation as ng

ahead = ng.forecast("2025-10-busan", months=3, on=(), paths=10, draws=0, rng=0)
axes = ahead.plot()
