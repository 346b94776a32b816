"""
Is the agreement kept?
======================

Busan's text under noise, judged by leg: the margin of the departure that comes closest, or gains most, beside zero.
"""

import negotiation as ng

axes = ng.truce("2025-10-busan").verdict().plot()
