"""A panel of truces over economic measures: their texts, the fate of each part, and models of what keeps one.

`panel()` gives the tables, and `panel().spells()` one row per truce, leg and coverage. `keeping` gives the
chance that such a part is kept, and `predict` the same for other truces.

Public: `Panel` and `panel`, and what the methods of a panel return. The rest may change.
"""

from negotiation.truce_panel.panel import Panel, panel

__all__ = ["Panel", "panel"]
