"""A panel of truces over economic measures: their texts, the fate of each part, and models of what keeps one.

`panel()` returns the tables, and `panel().spells()` one row per truce, leg and coverage. The method `keeping`
returns a model of the probability that such a part is kept, and `predict` these probabilities for other
truces.

Public: `Panel` and `panel`, and what the methods of a panel return. The rest may change.
"""

from negotiation.truce_panel.panel import Panel, panel

__all__ = ["Panel", "panel"]
