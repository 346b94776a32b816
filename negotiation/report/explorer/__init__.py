"""The explorer: an agreement under sliders, in a browser.

Public: the command `negotiation explore` and its options. The modules may change.
"""
