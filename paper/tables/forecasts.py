"""Scores of forecasts of Busan's first ten months under two codings."""

from paper.machinery.tabular import tabular
from paper.tables.verdicts import NAMES

READS = ("first_year", "spell_scores")
RULES = {
    "frozen 2": "theories and rules pooled", "baselines pooled": "rules pooled",
    "shrunk": "constant rate of each series",
    "two pace": "two hidden paces", "self exciting": "self-exciting", "coin": "coin for the direction",
    "hold": "no change",
}  # fmt: skip
SPELL = {
    "constant rate by spell": "constant rate, by truce", "theories by spell": "theories, rate by truce",
    "moves at random by spell": "moves at random, by truce",
}  # fmt: skip
CODINGS = ("first", "second")


def table(data):
    """Return one row for each forecast: log score, gains over the constant rate, moves expected."""
    year = data["first_year"].set_index(["coding", "predictor"])
    spells = data["spell_scores"].set_index(["form", "predictor"])
    rows = [("Forecasts and rules",)]
    rows += [(name, *_cells(year, key, "_months", CODINGS)) for key, name in RULES.items()]
    rows.append(("Theories at the pace of the record",))
    names = {key: name for key, name in NAMES.items() if ("first", key) in year.index}
    rows += [(name, *_cells(year, key, "_months", CODINGS)) for key, name in names.items()]
    rows.append(("A rate for each truce",))
    forms = [f"2026-{coding}" for coding in CODINGS]
    rows += [(name, *_cells(spells, key, "", forms)) for key, name in SPELL.items()]
    columns = ("forecast", "score", "gain, first", "gain, second", "area", "expected")
    return tabular(columns, rows, "@{}lrrrrr@{}", size=r"\scriptsize")


def _cells(frame, key, ending, forms):
    cells = []
    for form in forms:
        row = frame.loc[(form, key)]
        low, high = row[f"low{ending}"], row[f"high{ending}"]
        cells.append(f"${row['gain']:.3f}$ (${low:.3f}$ to ${high:.3f}$)")
    area = f"{row['auc']:.2f}" if "auc" in row else "--"
    return (f"{row['log']:.3f}", *cells, area, f"{row['expected']:.0f}")
