"""The calibration: every parameter with its range, unit and source."""

from paper.machinery.tabular import escape, figure_text, longtable

READS = ("calibration",)


def table(data):
    """Return one row for each parameter; assumptions are named as such."""
    rows = []
    for row in data["calibration"].itertuples():
        source = escape(row.source) if row.source else "assumption"
        if row.source and row.assumption:
            source += " (assumption)"
        elif row.source and row.range_assumption:
            source += " (range assumed)"
        name = escape(row.name).replace(".", r".\allowbreak{}").replace(r"\_", r"\_\allowbreak{}")
        numbers = (figure_text(value, 3) for value in (row.value, row.low, row.high))
        rows.append((name, *numbers, escape(row.unit), source))
    pattern = r"@{}>{\raggedright}p{4.0cm}rrr>{\raggedright}p{4.2cm}>{\raggedright\arraybackslash}p{3.9cm}@{}"
    return longtable(("parameter", "value", "low", "high", "unit", "source"), rows, pattern, "calibration")
