"""Independent checks of solvers' results, which import no solver and no kernel.

Public: `verify` and the class of its result. The rest may change.
"""
