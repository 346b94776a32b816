"""Reading of files: text within limits, plain values, models, and their faults.

`text` reads files as text, `plain_values` turns text into plain values, and `models` makes pydantic models of
TOML and CSV files. `faults` describes what is wrong with a file, `numbers` checks arguments, and `names`
finds records in a folder. Code that stores files uses `hashes` of what a number depends on, `record`, which
notes the files that were read, and `writing`, which writes a file whole or not at all. Nothing here is
public.
"""
