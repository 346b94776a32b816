"""Whether an agreement holds, by leg: incentives, noise, shares of draws."""
