"""The game-theoretic engine: games, strategies, solvers, and checks that import no solver.

Nothing here refers to particular countries or disputes. Public: the names in `negotiation`, and the classes
of their results. The rest may change.
"""
