"""The chance that a part of a truce is kept, by leg and days, bound and left out, as the panel says."""

import negotiation as ng
from negotiation.lab import Cell
from negotiation.truce_panel.spells import FEATURES, Card
from negotiation.truce_panel.tables import LEGS


def kept(cell: Cell) -> dict[str, float]:
    """Return the chances of a part that the text binds and of one that it leaves out."""
    cards = [Card("any", "any", cell["leg"], bound, (0.0,) * len(FEATURES)) for bound in (True, False)]
    bound, left_out = ng.panel().keeping().kept(cards, [cell.number("days")])[:, 0]
    return {"bound": float(bound), "left_out": float(left_out), "gap": float(bound - left_out)}


experiment = ng.Experiment(
    slug="parts_kept",
    question="For how long is a part of a truce kept, if the text binds it and if not?",
    space=ng.space.grid({"leg": list(LEGS), "days": [30, 90, 180, 365, 730, 1095, 1825]}),
    measure=kept,
    labels={
        "leg": "leg",
        "days": "days from signing",
        "bound": "chance that it is kept, bound",
        "left_out": "chance that it is kept, left out",
        "gap": "difference",
    },
    shown=("bound", "left_out"),
)
