"""Best responses to given strategies, and the regret of policies.

Public: `best_response`, `exploitability`, `regret`, and what they return; `Facing` and `Observation`, which
are passed to policies. The rest may change.
"""
