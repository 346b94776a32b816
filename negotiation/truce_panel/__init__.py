"""A panel of truces over economic measures: their texts, what became of each part, and what keeps one.

`panel()` gives the tables, `panel().spells()` one row a truce, leg and coverage, and `keeping` the chance
that such a part is kept; `predict` says it of truces whose outcomes nobody here has seen.
"""

from negotiation.truce_panel.panel import Panel, panel

__all__ = ["Panel", "panel"]
