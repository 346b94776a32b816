"""Tools of all other packages, free of game theory: numbers, status, progress, Ctrl-C, files and tables.

Only `labelled.Table`, which results return, is public. Everything else may change.
"""
