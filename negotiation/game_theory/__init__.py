"""The engine: games, strategies, solvers, and checks that share no code with them; it knows no country."""
