"""The most robust text of each day of the truces, under each theory alone, in the small game.

A cell is a design: all texts of the day are looked at, and those that are best again at fresh draws. So many
designs, or those of a larger game, run on the workers of a cluster like any other experiment.
"""

import negotiation as ng
from negotiation.lab import Cell
from negotiation.truces.theories import theories

DAYS = ["2025-05-12", "2025-08-11", "2025-10-30", "2026-11-29"]


def designed(cell: Cell) -> dict[str, float]:
    """Return in what share of fresh draws the most robust text holds, by how much alone, and its clauses."""
    theory = str(cell["theory"])
    found = ng.design(cell.scenario, on=str(cell["day"]), theories=[theory], size="small")
    top = found.most_robust
    return {"holds": top.holds, "bound": top.bound, "clauses": top.clauses, "texts": found.looked}


experiment = ng.Experiment(
    slug="which_text_holds",
    question="How robust is the most robust text of a day, under each theory of what a text leaves out?",
    scenario="us-china-2025",
    space=ng.space.grid({"day": DAYS, "theory": [one.name for one in theories()]}),
    measure=designed,
    batch=1,
    labels={
        "day": "day on which a text is signed",
        "theory": "theory of what the text leaves out",
        "holds": "share of fresh draws in which the most robust text holds",
        "bound": "simultaneous lower 95 percent bound of that share",
        "clauses": "clauses of that text",
        "texts": "texts looked at",
    },
    shown=("holds", "bound"),
)
