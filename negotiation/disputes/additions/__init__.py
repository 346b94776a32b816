"""Make instruments from files, check that they fit the dispute, and add or remove them.

Nothing here is public.
"""
