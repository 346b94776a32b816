"""Evidence of each theory on the record, and how the sampler fared."""

from paper.machinery.tabular import escape, figure_text, tabular

READS = ("sampler",)


def table(data):
    """Return one row for each theory, and moves at random last."""
    rows = [
        (
            escape(row.theory), str(int(row.parameters)), f"${row.log_evidence:.1f}$",
            ", ".join(f"${x:.1f}$" for x in sorted({row.least_island, row.most_island})),
            figure_text(row.weight, 2), f"{row.independent:.0f} of {row.particles:.0f}", f"{row.lag:.1f}",
            f"{row.unsettled:.0f} of {row.renewals * row.islands:.0f}",
        )
        for row in data["sampler"].itertuples()
    ]  # fmt: skip
    columns = (
        "theory",
        "parameters",
        "log evidence",
        "by island",
        "weight",
        "independent draws",
        "lag",
        "unsettled",
    )
    return tabular(columns, rows, "@{}lrrrrrrr@{}", size=r"\footnotesize")
