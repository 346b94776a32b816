"""Games in continuous time: their Markov perfect equilibria, and the processes that these are."""
