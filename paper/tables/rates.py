"""First harsher steps in the panel by leg and coverage."""

from paper.machinery.tabular import tabular

READS = ("panel_rates",)


def table(data):
    """Return one row for each leg and coverage, all rows."""
    rows = []
    for row in data["panel_rates"].query("rows == 'all'").to_dict("records"):
        pooled = row["pooled"]
        told = "--" if pooled != pooled else f"{pooled:.2f} ({row['low']:.2f} to {row['high']:.2f})"
        steps, rate = f"{row['first steps']:.0f}", f"{row['steps a year']:.2f}"
        rows.append((row["leg"], row["text"], f"{row['parts']:.0f}", steps, rate, told))
    columns = ("leg", "text", "parts", "first steps", "steps a year", "pooled in part")
    return tabular(columns, rows, "@{}llrrrr@{}", size=r"\footnotesize")
