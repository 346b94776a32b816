"""Design of texts that would hold: a space of texts, a search over it, the frontier, and anatomies.

Public: `negotiation.design` and the class of its result. Everything else may change.
"""
