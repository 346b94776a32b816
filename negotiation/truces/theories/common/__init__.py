"""Shared parts of theories: their question, departures by leg, answers, certificates. None is public."""
