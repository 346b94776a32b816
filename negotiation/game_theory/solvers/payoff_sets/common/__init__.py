"""What the families of payoff sets share: directions, polygons, certificates of self-generation."""
