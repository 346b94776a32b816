"""
Finitely many periods
=====================

With two stage equilibria the threat of the worse one sustains more in early periods (Benoit and Krishna
1985).
"""

import negotiation as ng

stage = ng.StageGame.from_matrices([[4, 0, 0], [5, 1, 0], [0, 0, 3]], [[4, 5, 0], [0, 1, 0], [0, 0, 3]])
found = ng.finite_horizon_payoff_set(stage, 5)
axes = found.plot()
