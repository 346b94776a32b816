"""
Is the agreement kept?
======================

Busan's text under noise, by leg: the margin of the departure that comes closest, or gains most.
"""

import negotiation as ng

axes = ng.truce("2025-10-busan").verdict().plot()
