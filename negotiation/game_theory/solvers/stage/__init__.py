"""Solution concepts of stage games other than Nash equilibria."""
