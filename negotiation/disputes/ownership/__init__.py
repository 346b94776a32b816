"""The entity list as a rule over a graph of owners.

Public: `generator.generate_ownership_graph` and `loophole.ownership_loophole`. The rest may change.
"""
