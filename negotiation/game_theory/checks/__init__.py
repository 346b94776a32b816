"""Independent checks of solvers' results, which import no solver and no kernel.

Public: `verify` and what it returns; the rest may change.
"""
