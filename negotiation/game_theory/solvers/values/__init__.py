"""Values of automata and of strategies with states.

Public: `value`, and what they return; the rest may change.
"""
