"""The game-theoretic engine: games, strategies, solvers, and checks that share no code with the solvers.

Nothing here refers to countries or disputes. Public: the names in `negotiation`, and what they return; the
rest may change.
"""
