"""Arithmetic without rounding, mostly by FLINT: polynomials, algebraic numbers, rational functions, hulls.

Nothing here is public.
"""
