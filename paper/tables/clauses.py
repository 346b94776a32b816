"""Clauses of the agreements: who is bound to what, and how well others can check it."""

from paper.machinery.tabular import escape, longtable

READS = ("clauses", "truces")


def table(data):
    """Return one row for each clause and named gap."""
    places = dict(zip(data["truces"]["name"], data["truces"]["place"], strict=True))
    rows = []
    for name, group in data["clauses"].groupby("truce", sort=False):
        rows.append((places[name],))
        for row in group.itertuples():
            bound = "yes" if row.checkable else "vague" if row.covered else "no"
            instrument = escape(row.record_instrument.replace("_", " "))
            cells = (escape(cell) for cell in (row.verifiability, row.observed))
            rows.append((escape(row.side), instrument, escape(row.obligation), bound, *cells))
    pattern = (
        r"@{}l>{\raggedright}p{2.9cm}>{\raggedright}p{7.4cm}l>{\raggedright}p{1.3cm}"
        r">{\raggedright\arraybackslash}p{2.2cm}@{}"
    )
    columns = ("side", "instrument", "obligation, or what is left out", "binds", "verifiable", "seen")
    return longtable(columns, rows, pattern, "clauses")
