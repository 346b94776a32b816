"""
What a text leaves out
======================

Theories of what happens to instruments that an agreement does not name, asked about Busan.
"""

import negotiation as ng

found = ng.verdict(ng.truce("2025-10-busan"), ng.load_scenario("us-china-2025"), draws=0)
axes = found.plot()

# %%
# Where they differ, a record could tell them apart:

found.identified_set()
