"""The posture game in continuous time: one move at a time, and a state that moves by itself.

Public: `QuietTimes`, and what `Scenario.continuous_game` and `Scenario.factored_game` return. The rest may
change.
"""
