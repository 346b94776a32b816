"""Design of texts that would hold: a space of texts, a search over it, the frontier, and anatomies.

Public: `design.design`, `anatomy.anatomy` and `anatomy.nearest`, and what these return. Everything else may
change.
"""
