"""The theories estimated on the record, from the tables that `python docs/estimates.py --write` makes.

They take hours of one processor. Evidence along the record, what was learned of each parameter, how the
sampler fared, survival by leg and the answers to questions, each at draws from the posterior, and what was
expected of all this before. Where the truth lies in posteriors of simulated records comes from `python
docs/interval_coverage.py --write`.
"""

from io import StringIO
from pathlib import Path

import pandas as pd

from negotiation.base.reading.text import file_text

MAKES = ("evidence", "learned", "sampler", "survival", "answers", "expected", "intervals")
FILES = {"learned": "parameters", "intervals": "../interval_coverage_settled"}
KEPT = Path(__file__).parents[2] / "docs" / "estimates"


def compute(budget):
    """Return the kept tables as they are."""
    del budget
    return {name: pd.read_csv(StringIO(file_text(KEPT / f"{FILES.get(name, name)}.csv"))) for name in MAKES}
