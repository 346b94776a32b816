"""Predictions from the game, baselines, and their scores."""
