"""The explorer: a page with sliders for an agreement, in one folder of files that a browser opens from disk.

Only the command `negotiation explore` and its options are public; the modules may change.
"""
