"""Best responses to given play, and the regret of policies.

Public: `best_response`, `regret`, `exploitability` and their results; `Facing` and `Observation`, which
policies see. The rest may change.
"""
