"""What players agree on: bargaining rules, and the sets on which they choose."""
