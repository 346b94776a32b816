"""Forecasters that are made of others and learn from months that are over: weights, slopes, shares.

Each is prequential by construction: it is handed a `Past`, asks its members what they would have said from
earlier days of that past, and sets that beside the months of it that are over (`months_over.py`).
"""
