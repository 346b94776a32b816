"""Whether an agreement holds, by leg.

Public: `ng.verdict`, `ng.compare_verdicts`, `ng.truce` and their results. The rest may change.
"""
