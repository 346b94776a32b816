"""Ownership rules of the entity list, on graphs of owners.

Public: `generator.generate_ownership_graph` and `loophole.ownership_loophole`. The rest may change.
"""
