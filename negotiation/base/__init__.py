"""Tools for all other packages, without game theory: numbers, status, progress, Ctrl-C, files and tables.

Public: `labelled.Table`, and the methods that games and results inherit from `labelled.Tabular` and
`drawing.Drawable`. The rest may change.
"""
