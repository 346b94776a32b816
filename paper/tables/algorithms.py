"""What is solved, by which method, after whom, and what certifies the answer."""

from paper.machinery.tabular import escape, tabular

READS = ("algorithms",)


def table(data):
    """Return one row for each problem."""
    rows = [
        tuple(escape(cell) for cell in (row.problem, row.method, row.source, row.certificate))
        for row in data["algorithms"].itertuples()
    ]
    pattern = ">{\\raggedright}p{4.0cm}" * 2 + ">{\\raggedright}p{3.6cm}>{\\raggedright\\arraybackslash}X"
    columns = ("problem", "method", "after", "certificate")
    return tabular(columns, rows, f"@{{}}{pattern}@{{}}", size=r"\footnotesize")
