"""All truces of the panel."""

from paper.machinery.tabular import escape, longtable

READS = ("panel_truces",)
SETS = {"first 47": "", "kept back": "*"}


def table(data):
    """Return one row for each truce: day, sides, form, parts with a first harsher step of all parts."""
    rows = []
    for row in data["panel_truces"].itertuples():
        counts = (f"{row.bound_steps} of {row.bound}", f"{row.left_out_steps} of {row.left_out}")
        told = (row.signed, row.truce + SETS[row.set], row.sides, row.dispute, row.form)
        rows.append((*map(escape, told), *counts))
    text = r">{\raggedright}"
    columns = ("signed", "truce", "sides", "dispute", "form", "bound", "left out")
    pattern = rf"@{{}}l{text}p{{4.6cm}}l{text}p{{3.1cm}}{text}p{{2cm}}rr@{{}}"
    return longtable(columns, rows, pattern, "panel_truces")
