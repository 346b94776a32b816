"""The components of the state of the world, with their numbers of steps and their symbols."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

Component: TypeAlias = Literal[
    "curb_dependence", "control_dependence", "stocks", "clock", "authority", "belief", "precedent"
]

# Number of values of each component: 216 states, and six times as many with beliefs and precedents.
SIZES: Mapping[str, int] = {
    "curb_dependence": 3,
    "control_dependence": 3,
    "stocks": 3,
    "clock": 4,
    "authority": 2,
    "belief": 3,
    "precedent": 2,
}

# The model's symbol of each component.
SYMBOLS: Mapping[str, str] = {
    "curb_dependence": "d",
    "control_dependence": "c",
    "stocks": "I",
    "clock": "n",
    "authority": "L",
    "belief": "b",
    "precedent": "p",
}

# Components that a label leaves out at step 0, and that stay there unless a game is asked to move them.
SILENT = ("belief", "precedent")
