"""Arithmetic without rounding, on FLINT: polynomials, algebraic numbers, rational functions, hulls."""
