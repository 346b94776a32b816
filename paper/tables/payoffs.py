"""Where payoffs come from: what each level is worth to either side, and by which source."""

from paper.machinery.tabular import breaking, escape, figure_text, longtable

READS = ("payoffs_origins",)


def table(data):
    """Return one row for each level and side: before and after payoffs were replaced, and from where."""
    frame = data["payoffs_origins"].set_index(["replaced", "holder", "instrument", "level", "side"])
    before, after = frame.loc["central"], frame.loc["all"]
    rows = []
    for (holder, instrument, level, side), row in after.iterrows():
        names = (escape(name.replace("_", " ")) for name in (instrument, level))
        earlier = before["percent"].get((holder, instrument, level, side))
        rows.append(
            (
                holder, *names, side, figure_text(earlier, 2), figure_text(row["percent"], 2),
                figure_text(row["usd_bn"], 3), row["standing"], breaking(row["mover"]),
            )
        )  # fmt: skip
    columns = (
        "holder", "instrument", "level", "for", "assumed", r"\% of GDP", "USD bn", "from",
        "moved most by",
    )  # fmt: skip
    pattern = r"@{}llllrrrl>{\raggedright\arraybackslash}p{3.6cm}@{}"
    return longtable(columns, rows, pattern, "payoffs")
