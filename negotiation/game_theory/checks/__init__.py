"""Checks of what solvers return: they import no solver and no kernel, so that agreement means something.

Public: `verify` and what it returns; the rest may change.
"""
