"""What theories add to coverage by leg in the panel, by convention, and what the test could have seen."""

from paper.machinery.tabular import tabular
from paper.tables.verdicts import NAMES

READS = ("panel_theory_scores", "panel_power")
DAYS = 365
# Draws in which keeping is not rational count one half, as broken, or are left out.
COUNTED = ("all", "all, as broken", "all, left out")


def table(data):
    """Return one row for each theory: gains within a year under three conventions, and power."""
    frame = data["panel_theory_scores"].query("days == @DAYS and left_out == 'dispute'")
    frame = frame.set_index(["theory", "rows"])
    power = data["panel_power"].set_index("theory")
    rows = [
        (
            name, *(_gain(frame.loc[(theory, counted)]) for counted in COUNTED),
            f"{power.loc[theory, 'power_1']:.2f}", f"{power.loc[theory, 'power_half']:.2f}",
        )
        for theory, name in NAMES.items()
    ]  # fmt: skip
    columns = ("theory", "one half", "as broken", "left out", "power, 1", "power, half")
    return tabular(columns, rows, r"@{}l*{5}{@{\hspace{8pt}}r}@{}", size=r"\scriptsize")


def _gain(row):
    # Gains of a millionth of a nat are rounding: a nought has no sign.
    value, low, high = (0.0 if abs(x) < 5e-4 else x for x in (row["gain"], row["low"], row["high"]))
    return f"${value:.3f}$ (${low:.3f}$ to ${high:.3f}$)"
