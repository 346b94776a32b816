"""Compiled inner loops of simulation."""
