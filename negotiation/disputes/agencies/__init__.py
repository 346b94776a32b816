"""The agencies of a country: which instruments each decides on, and what it makes of a posture."""
