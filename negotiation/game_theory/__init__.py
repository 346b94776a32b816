"""The engine: games, strategies, solvers, and checks that share no code with them; it knows no country.

Public: the names that `ng.` lists, and what they return; the rest may change.
"""
