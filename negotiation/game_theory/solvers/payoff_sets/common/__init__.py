"""What the families of payoff sets share: directions, polygons, certificates of self-generation.

Nothing here is public; all of it may change.
"""
