"""Values of automata and of strategies with states."""
