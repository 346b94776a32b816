"""Solvers for games in continuous time: Markov perfect equilibria, and the processes that they generate.

Public: `event_probabilities`, `expected_event_times`, `fit`, `log_likelihood`, `logit_response`,
`stationary_distribution`, `transition_probabilities`, and what they return. The rest may change.
"""
