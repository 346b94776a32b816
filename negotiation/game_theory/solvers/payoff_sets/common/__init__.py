"""Directions, polygons and certificates of self-generation that all families of payoff sets share.

Nothing here is public; all of it may change.
"""
