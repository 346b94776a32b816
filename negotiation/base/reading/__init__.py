"""How files are read: their text within limits, its parts, models of them, and their faults.

`text` reads bytes; `plain_values` turns text into plain values; `models` makes pydantic models of
TOML and CSV files; `faults` words what is wrong with them; `names` finds records in a folder. Beside it stand
what all that keep files share: `hashes` of what a number depends on, and `writing` whole or not at all.
"""
