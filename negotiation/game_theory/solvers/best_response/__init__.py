"""What a player can get at most against given play, and what a policy gives away of it.

Public here: `best_response`, `regret`, `exploitability` and their results; `Facing` and `Observation`, which
policies see.
"""
