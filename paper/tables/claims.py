"""The claims in words with their shares."""

from paper.machinery.tabular import breaking, escape, longtable

READS = ("claims",)
CENTRAL = {True: "yes", False: "no"}


def table(data):
    """Return one row for each claim: statement, verdict at the central values, share, what moves it most."""
    rows = []
    for row in data["claims"].itertuples():
        central = "--" if row.central is None or row.central != row.central else CENTRAL[bool(row.central)]
        share = "--" if row.share != row.share else f"{row.share:.2f}"
        rows.append(
            (str(row.number), escape(row.statement), central, share, row.outcome, breaking(row.mover))
        )
    text = r">{\raggedright}"
    last = r">{\raggedright\arraybackslash}p{3.6cm}"
    pattern = rf"@{{}}r{text}p{{7.4cm}}lr{text}p{{1.7cm}}{last}@{{}}"
    columns = ("no.", "claim", "centre", "share", "outcome", "moved most by")
    return longtable(columns, rows, pattern, "claims")
