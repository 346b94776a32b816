"""Sets of equilibrium payoffs of repeated and stochastic games."""
