"""Instruments made of their files, checked against their dispute, added and removed; none of it public."""
