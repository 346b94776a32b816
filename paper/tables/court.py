"""Busan with the emergency authority and without it, by theory and leg."""

from paper.machinery.tabular import tabular
from paper.tables.verdicts import NAMES

READS = ("court",)


def table(data):
    """Return one row for each theory: percent of draws in which each leg holds, in force and lost.

    The second number, where there is one, counts draws in which keeping is not rational as broken.
    """
    frame = data["court"].set_index(["authority", "leg", "theory"])
    legs = list(dict.fromkeys(data["court"]["leg"]))
    keys = [(authority, leg) for authority in ("in force", "lost") for leg in legs]
    rows = [(name, *(_cell(frame.loc[(*key, theory)]) for key in keys)) for theory, name in NAMES.items()]
    text = tabular(("theory", *legs, *legs), rows, "@{}lrrrrrr@{}", size=r"\footnotesize")
    first = r" & \multicolumn{3}{c}{authority in force} & \multicolumn{3}{c}{authority lost} \\"
    return text.replace("\\toprule\n", f"\\toprule\n{first}\n\\cmidrule(lr){{2-4}}\\cmidrule(l){{5-7}}\n")


def _cell(row):
    broken = f" ({100 * row['share'] * (1.0 - row['irrational']):.0f})" if row["irrational"] else ""
    return f"{100 * row['share']:.0f}{broken}"
