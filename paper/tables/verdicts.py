"""Verdicts by leg: what the solved game says of each agreement, and what the record shows."""

from negotiation.report.paper.tabular import escape, figure_text, tabular

READS = ("verdicts",)


def table(data):
    """Return one row for each leg of each agreement."""
    rows = []
    for place, group in data["verdicts"].groupby("place", sort=False):
        rows.append((place,))
        for row in group.itertuples():
            rows.append(
                (
                    row.leg, escape(row.model), figure_text(row.margin, 2), figure_text(row.share, 2),
                    escape(row.record), "yes" if row.agree else "no",
                )
            )  # fmt: skip
    columns = ("leg", "the game", "margin", "share", "the record", "agree")
    pattern = r"@{}l>{\raggedright\arraybackslash}Xrr>{\raggedright\arraybackslash}Xl@{}"
    return tabular(columns, rows, pattern, size=r"\footnotesize")
