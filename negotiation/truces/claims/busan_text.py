"""What Busan's text covers."""

from __future__ import annotations

AGREEMENT = "2025-10-busan"

COVERED = (
    ("USA", "tariff"), ("USA", "entity_list"), ("USA", "port_fee"), ("CHN", "tariff"),
    ("CHN", "rare_earth_curb"), ("CHN", "minerals_ban"), ("CHN", "precursor_enforcement"),
    ("CHN", "entity_listings"), ("CHN", "port_fee"), ("CHN", "purchases"),
)  # fmt: skip
"""Country and instrument of each level that it prescribes and others can check."""
