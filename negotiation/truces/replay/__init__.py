"""The moves of a truce compared with the games.

Public: `ng.replay`, `ng.aftermath` and their results. The rest may change.
"""
