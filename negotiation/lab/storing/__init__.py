"""The store of an experiment: its tables, who may open it, what is written and what is read.

Public: `stored.stored`, also as `negotiation.lab.stored`. Everything else may change.
"""
