"""The explorer: an agreement under sliders, in one folder of files that a browser opens from disk.

Public: the command `negotiation explore` and its options. The modules may change.
"""
