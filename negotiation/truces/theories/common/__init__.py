"""Shared parts of theories: the games they judge, departures by leg, answers, certificates.

Nothing here is public.
"""
