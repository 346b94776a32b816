"""Results that take hours, or that pages show too, from the files of `docs/` that their own commands write.

`docs/restraint.json` comes from `python docs/restraint.py --write`, `docs/negotiated_anew.json` from
`python docs/negotiated_anew.py`, `docs/scores.csv` and `docs/theory_parts.csv` from `python docs/scores.py
--write`. `docs/first_model.csv` has scores of a model that has gone: nothing makes them again (decision 58).
"""

import json
from io import StringIO
from pathlib import Path

import pandas as pd

from negotiation.reading.text import file_text

MAKES = ("restraint", "anew", "record_scores", "pools", "theory_parts", "first_model")
DOCS = Path(__file__).parents[2] / "docs"


def compute(budget):
    """Return shares of draws in which paths are held, what is negotiated, and the scores of eight years."""
    del budget
    return {
        "restraint": restraint(json.loads(file_text(DOCS / "restraint.json"))),
        "anew": anew(json.loads(file_text(DOCS / "negotiated_anew.json"))),
        "record_scores": pd.read_csv(StringIO(file_text(DOCS / "scores.csv"))),
        "pools": pd.read_csv(StringIO(file_text(DOCS / "pools.csv"))),
        "theory_parts": pd.read_csv(StringIO(file_text(DOCS / "theory_parts.csv"))),
        "first_model": pd.read_csv(StringIO(file_text(DOCS / "first_model.csv"))),
    }


def restraint(kept):
    """Return one row for each path, game, stocks and horizon: held at the centre, and the share of draws."""
    rows = []
    for name in sorted({*kept["centre"], *kept["draws"]}):
        letters = kept["draws"].get(name, "")
        share = letters.count("1") / len(letters) if letters else None
        rows.append((*name.split("/"), kept["centre"].get(name) == "1", share, len(letters)))
    return pd.DataFrame(rows, columns=["path", "game", "stocks", "horizon", "centre", "share", "draws"])


def anew(kept):
    """Return medians of what each side negotiates more, by game, what is set against what, and chance."""
    rows = []
    for table in ("anew", "anew_small_centre", "anew_all", "anew_centre"):
        for name, row in kept[table].items():
            what, chance = name.split("/")
            for side in ("USA", "CHN"):
                found = (row[side], row[f"{side}_gains"], row[f"{side}_loses"])
                rows.append((table, what, float(chance), side, *found, row["settled"]))
    columns = ["table", "what", "chance", "side", "more", "gains", "loses", "settled"]
    return pd.DataFrame(rows, columns=columns)
