"""Figures of agreements, of what holds them, of the record and of what is predicted and estimated from it."""
