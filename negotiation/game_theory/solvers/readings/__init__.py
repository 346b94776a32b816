"""Private readings of an agreement: beliefs, values, incentives and verdicts.

Public: the verdicts on readings that `negotiation.verify` and replays return; the rest may change.
"""
