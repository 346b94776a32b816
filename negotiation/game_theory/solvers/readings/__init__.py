"""Private readings of one agreement: beliefs, values, obedience, verdicts."""
