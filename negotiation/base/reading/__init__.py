"""Reading of files: text within limits, plain values, models, and their faults.

`text` reads bytes; `plain_values` turns text into plain values; `models` makes pydantic models of TOML and
CSV files; `faults` words what is wrong with them; `names` finds records in a folder. All code that stores
files uses `hashes`, of what a number depends on, and `writing`, whole or not at all. Nothing here is public.
"""
