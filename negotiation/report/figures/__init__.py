"""Figures of results: one module per kind of result, drawn on axes that `canvas.py` makes or is given.

Public: nothing. Users draw a figure by the method `plot` of a result; the functions here may change.
"""
