"""From the text of an agreement to games, automata and dated levels.

The public part is what `Agreement.game`, `Agreement.compile` and `Agreement.path` return. Everything else may
change.
"""
