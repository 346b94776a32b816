"""Make instruments from files, check them against the dispute, add and remove them.

Nothing here is public.
"""
