"""What solvers return and checks take: payoff sets, bounds, verdicts."""
