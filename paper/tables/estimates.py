"""Evidence of each theory on the record, and how the sampler fared."""

from paper.machinery.tabular import escape, figure_text, tabular

READS = ("sampler",)


def table(data):
    """Return one row for each theory, and moves at random last."""
    rows = [
        (
            escape(row.theory), str(int(row.parameters)), f"${row.log_evidence:.1f}$", f"{row.error:.2f}",
            figure_text(row.weight, 2), f"{row.effective:.0f} of {row.particles:.0f}", f"{row.accepted:.2f}",
        )
        for row in data["sampler"].itertuples()
    ]  # fmt: skip
    columns = ("theory", "parameters", "log evidence", "error", "weight", "effective draws", "accepted")
    return tabular(columns, rows, "@{}lrrrrrr@{}", size=r"\footnotesize")
