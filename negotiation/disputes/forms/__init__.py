"""The forms of payoffs, one per file; each module has one `FORM`, which is discovered.

Public: `form.Form`, `form.Role` and `form.Case`, for forms in other packages. The rest may change.
"""
