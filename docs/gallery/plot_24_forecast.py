"""
A look ahead
============

Chances of moves in the three months after Busan, from the last day of the record: the mean of what the
theories say, by the weights that earlier months earned them, at central parameter values. The band is their
least and most. Without `theories` it is a pool of them and of baselines, which takes some seconds longer.
"""

import negotiation as ng

ahead = ng.forecast("2025-10-busan", months=3, theories="all")
axes = ahead.plot()
