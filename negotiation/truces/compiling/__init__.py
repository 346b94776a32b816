"""From the text of an agreement to games and automata."""
