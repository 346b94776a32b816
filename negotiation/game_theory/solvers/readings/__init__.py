"""Private readings of one agreement: beliefs, values, obedience, verdicts.

Public: what `ng.verify` and the replays return of readings; the rest may change.
"""
