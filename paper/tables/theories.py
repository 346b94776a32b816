"""What theories add to coverage by leg in the panel, and what the test could have seen."""

from paper.machinery.tabular import tabular
from paper.tables.verdicts import NAMES

READS = ("panel_theory_scores", "panel_power")
DAYS = (365, 1095)


def table(data):
    """Return one row for each theory: gains at two horizons with intervals, and power."""
    frame = data["panel_theory_scores"].query("rows == 'all' and left_out == 'dispute'")
    frame = frame.set_index(["theory", "days"])
    power = data["panel_power"].set_index("theory")
    rows = [
        (
            name, *(_gain(frame.loc[(theory, days)]) for days in DAYS),
            f"{power.loc[theory, 'power_1']:.2f}", f"{power.loc[theory, 'power_half']:.2f}",
        )
        for theory, name in NAMES.items()
    ]  # fmt: skip
    columns = ("theory", "a year", "three years", "power, 1", "power, half")
    return tabular(columns, rows, "@{}lrrrr@{}", size=r"\footnotesize")


def _gain(row):
    # Gains of a millionth of a nat are rounding: a nought has no sign.
    value, low, high = (0.0 if abs(x) < 5e-4 else x for x in (row["gain"], row["low"], row["high"]))
    return f"${value:.3f}$ (${low:.3f}$ to ${high:.3f}$)"
