"""The forms of payoffs, one per module, which is found by its name `FORM`.

Public: `form.Form`, `form.Role` and `form.Case`, for forms in other packages. The rest may change.
"""
