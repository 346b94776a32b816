"""Busan one year on: the instruments that moved."""

from paper.machinery.tabular import escape, tabular

READS = ("moved",)


def table(data):
    """Return one row for each instrument that moved."""
    rows = [
        (
            f"{row['country']}, {escape(row['instrument'].replace('_', ' '))}", row["leg"],
            escape(row["by level"].split(",")[0]), str(row["steps up"]), str(row["steps down"]),
            (row["first step up"] or "--").split(",")[0],
        )
        for row in data["moved"].to_dict("records")
        if row["steps up"] + row["steps down"]
    ]  # fmt: skip
    columns = ("instrument", "leg", "by level", "steps up", "steps down", "first step up")
    return tabular(columns, rows, "@{}lllrrl@{}", size=r"\footnotesize")
