"""The store of an experiment: its tables, its lock, and how it is written and read.

Public: `stored.stored`, also as `negotiation.lab.stored`. Everything else may change.
"""
