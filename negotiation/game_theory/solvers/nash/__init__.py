"""Nash equilibria of stage games, one method per file.

Public: `solve`, `solve_many`, and what they return; `index.equilibrium_index`. The rest may change.
"""
