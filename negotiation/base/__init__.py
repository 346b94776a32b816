"""What all other packages use and no field knows: numbers, status, progress, Ctrl-C, files, tables, figures.

Nothing here is public but `labelled.Table`, which results return; everything else may change.
"""
