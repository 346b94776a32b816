"""Forecasters that are made of others and learn from resolved months: weights, slopes, shares.

Each is prequential by construction: it is handed a `Past`, asks its members what they would have said from
earlier days of that past, and sets that beside its resolved months (`resolved_months.py`).
"""
