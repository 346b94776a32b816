"""Tools for all other packages, without game theory: numbers, status, progress, Ctrl-C, files and tables.

Only `labelled.Table`, which results return, is public. Everything else may change.
"""
