"""Figures of results: one module per kind of result, drawn on given axes or on new ones (`canvas.py`).

Public: nothing. Users draw a figure by the method `plot` of a result; the functions here may change.
"""
