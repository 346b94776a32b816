"""Published games by citation, with their published values.

Public: `catalogue` and what it returns; the rest may change.
"""
