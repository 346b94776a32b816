"""Nash equilibria of stage games, one method per file.

Public: `solve`, `solve_many`, and what they return; the rest may change.
"""
