"""Forecasters that combine other forecasters and learn from resolved months.

Each forecaster is prequential by construction: it gets a `Past`, evaluates its members at earlier days of
that past, and compares their forecasts with resolved months (`resolved_months.py`). Nothing here is public.
"""
