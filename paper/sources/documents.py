"""Scores of eight years, from the files of `docs/` that `python docs/scores.py --write` makes.

`docs/first_model.csv` has scores of a model that has gone: nothing makes them again (decision 58).
"""

from io import StringIO
from pathlib import Path

import pandas as pd

from negotiation.base.reading.text import file_text

MAKES = ("record_scores", "pools", "theory_parts", "first_model")
DOCS = Path(__file__).parents[2] / "docs"


def compute(budget):
    """Return the kept tables as they are."""
    del budget
    return {
        "record_scores": pd.read_csv(StringIO(file_text(DOCS / "scores.csv"))),
        "pools": pd.read_csv(StringIO(file_text(DOCS / "pools.csv"))),
        "theory_parts": pd.read_csv(StringIO(file_text(DOCS / "theory_parts.csv"))),
        "first_model": pd.read_csv(StringIO(file_text(DOCS / "first_model.csv"))),
    }
