"""The paper's machinery: what `paper/` holds is found, built when its inputs changed, checked, and set.

A file in its place is found: `paper/sources/<name>.py` computes stored tables, `paper/figures/<slug>.py` and
`paper/tables/<slug>.py` draw from them, `paper/numbers/` gives every number of the text.
"""
