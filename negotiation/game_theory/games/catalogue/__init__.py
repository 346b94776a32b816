"""Published games by citation, with what is known of them.

Public: `catalogue`, and what they return; the rest may change.
"""
