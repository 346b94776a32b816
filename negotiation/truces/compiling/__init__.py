"""From the text of an agreement to games and automata.

Public: what `Agreement.game` and `Agreement.compile` return. The rest may change.
"""
