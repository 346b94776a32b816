"""Instruments and their levels, calmest first, each with its date and source."""

from paper.machinery.tabular import escape, longtable

READS = ("instruments",)
MARKS = {True: r"$^{*}$", False: ""}


def table(data):
    """Return one row for each level; a star marks an assumption, a dagger a threat that was not applied."""
    rows = []
    for (country, title), group in data["instruments"].groupby(["country", "title"], sort=False):
        rows.append((f"{country}, {escape(title)}",))
        for row in group.itertuples():
            name = escape(row.level.replace("_", " ")) + (r"$^{\dagger}$" if row.threatened else "")
            source = escape(row.source) if row.source else "assumption"
            rows.append((name + MARKS[bool(row.assumption)], escape(row.meaning), escape(row.date), source))
    pattern = (
        r"@{}>{\raggedright}p{2.9cm}>{\raggedright}p{5.4cm}>{\raggedright}p{1.9cm}"
        r">{\raggedright\arraybackslash}p{6.1cm}@{}"
    )
    return longtable(("level", "what it is", "date", "source"), rows, pattern, "instruments")
