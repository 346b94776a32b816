"""Verdicts by leg and theory in full: closest departure, share with its interval, the path with dates."""

from paper.machinery.tabular import escape, figure_text, tabular
from paper.tables.verdicts import NAMES, SHOWN

READS = ("theory_verdicts",)


def table(data):
    """Return one row for each leg and theory of Geneva and Busan."""
    rows = []
    for (place, leg), group in data["theory_verdicts"].groupby(["place", "leg"], sort=False):
        if place not in SHOWN:
            continue
        rows.append((f"{place}, {leg}",))
        rows += [
            (
                NAMES[row.theory], row.word, figure_text(row.margin, 2), escape(row.departure),
                f"{row.share:.2f} ({row.low:.2f} to {row.high:.2f})", f"{row.any_harsher:.2f}",
                f"{row.dated:.2f}", f"{row.irrational:.2f}",
            )
            for row in group.itertuples()
        ]  # fmt: skip
    columns = (
        "theory", "verdict", "margin", "closest departure", "share", "any step", "with dates", "not rational",
    )  # fmt: skip
    return tabular(columns, rows, "@{}llrlrrrr@{}", size=r"\scriptsize\setlength{\tabcolsep}{3pt}")
