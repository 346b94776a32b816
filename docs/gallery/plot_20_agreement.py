"""
An agreement, clause by clause
==============================

The arrangement of Busan as a text: what is covered from when to when, and what a breach is answered
with.
"""

import negotiation as ng

busan = ng.truce("2025-10-busan")
axes = busan.plot()
