"""Shared parts of theories: their question, departures by leg, answers, certificates.

Nothing here is public.
"""
