"""The dated record: moves, clauses, agreements, and what was public on a day."""
