"""Compiled inner loops of the solvers."""
