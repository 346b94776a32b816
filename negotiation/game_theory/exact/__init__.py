"""Arithmetic without rounding, on FLINT: polynomials, algebraic numbers, rational functions, hulls.

Nothing here is public; all of it may change.
"""
