"""Markov perfect equilibria of stochastic games.

Public: `markov_perfect_equilibria` and what it returns; the rest may change.
"""
