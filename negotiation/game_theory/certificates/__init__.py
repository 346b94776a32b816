"""Games and results as files that other programs read, and certificates that a small separate kernel checks.

Public: `certificate`, `save`, `load`, and the formats of the files. The rest may change.
"""
