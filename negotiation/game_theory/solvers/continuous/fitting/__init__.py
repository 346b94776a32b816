"""Parameters of games in continuous time from dated moves, by the exact likelihood and its gradient."""
