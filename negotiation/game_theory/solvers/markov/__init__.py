"""Markov perfect equilibria of stochastic games.

Public: `markov_perfect_equilibria`, and what they return; the rest may change.
"""
