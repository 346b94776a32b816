"""Optimal penal codes, and the strategies that yield given payoffs."""
