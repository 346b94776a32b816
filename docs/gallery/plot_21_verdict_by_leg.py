"""
Is the agreement kept?
======================

Busan's legs beside the record: what the text alone says, its margin, and what came.
"""

import negotiation as ng

axes = ng.replay("2025-10-busan", draws=0).legs.plot()
