"""Models of the files in a dispute's folder: the fields that each may have.

Public: `scenario_names`. The rest may change.
"""
