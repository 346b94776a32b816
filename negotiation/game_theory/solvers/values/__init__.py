"""Values of automata and of strategies with states.

Public: `value` and what it returns; the rest may change.
"""
