"""Best responses to given play, and the regret of policies.

Public here: `best_response`, `regret`, `exploitability` and their results; `Facing` and `Observation`, which
policies see.
"""
