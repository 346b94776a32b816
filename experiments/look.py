"""The explorer's answers: verdicts on the legs of three truces under sliders, by theory.

Places of patience and of the curb's harm are -1 at the low end of the calibration's range, 0 at the central
value and 1 at the high end. A breach of the text is answered for ever, without slips or misreading.
"""

from collections.abc import Sequence

import negotiation as ng
from negotiation.lab import Cell
from negotiation.report.explorer.setting import HARM, PATIENCE, Setting, judged, measures, placed
from negotiation.truces.theories import theories

TRUCES = ("2025-05-geneva", "2025-10-busan", "2026-09-washington")
THEORIES = tuple(theory.name for theory in theories())
LEGS = ("tariff", "control", "other")


def setting(cell: Cell) -> Setting:
    """Return the position of the sliders that a cell stands for."""
    truce = cell["truce"]
    return Setting(
        truce,
        placed(truce, PATIENCE, cell.number("patience")),
        placed(truce, HARM, cell.number("harm")),
        cell.number("security"),
        int(cell.number("dependence")),
        cell["bound"],
        cell["theory"],
    )


def verdicts(cells: Sequence[Cell]) -> list[dict[str, object]]:
    """Return the verdict, the margin and the closest departure of each leg in each cell."""
    settings = [setting(cell) for cell in cells]
    answers = judged(settings)
    return [
        {name: value for row in answers[one] for name, value in measures(row).items()} for one in settings
    ]


experiment = ng.Experiment(
    slug="look",
    question="Does each leg of a truce hold, as patience, harm, security, dependence and the text vary?",
    space=ng.space.grid({"truce": list(TRUCES)})
    * ng.space.grid({"bound": ["", "USA chip_control"]})
    * ng.space.grid({"dependence": [0, 1, 2]})
    * ng.space.grid({"patience": [-1.0, 0.0, 1.0]})
    * ng.space.grid({"harm": [-1.0, -0.5, 0.0, 0.5, 1.0]})
    * ng.space.grid({"security": [0.5, 1.0, 2.0]})
    * ng.space.grid({"theory": list(THEORIES)}),
    batch_measure=verdicts,
    # All settings of one text and one state.
    batch=270,
    labels={
        "truce": "truce",
        "bound": "instrument that is bound beside the text",
        "dependence": "step of dependence on what the curb withholds",
        "patience": "place of the discount factor of a year in its range",
        "harm": "place of the harm that the rare-earth curb does to the United States in its range",
        "security": "factor of all values of security",
        "theory": "theory of what the text leaves out",
        **{
            f"{leg}_{name}": f"{words}, {leg}"
            for leg in LEGS
            for name, words in (
                ("verdict", "verdict"),
                ("margin", "margin, USD million a year"),
                ("departure", "closest departure"),
            )
        },
    },
    shown=("tariff_margin", "control_margin"),
)
