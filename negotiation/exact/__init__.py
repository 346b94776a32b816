"""Arithmetic without rounding: polynomials, algebraic numbers, rational functions, hulls."""
