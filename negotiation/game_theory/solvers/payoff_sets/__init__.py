"""Sets of equilibrium payoffs of repeated and stochastic games.

Public: `bounded_payoffs`, `enforceability`, `equilibrium_payoffs`, `finite_horizon_payoff_set`,
`finite_horizon_payoffs`, `full_rank`, `public_perfect_limit`, and what they return; the rest may change.
"""
