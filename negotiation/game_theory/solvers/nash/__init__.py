"""Nash equilibria of stage games, one method a file."""
