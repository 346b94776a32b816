"""Busan with the emergency authority and without it, by theory and leg."""

from paper.machinery.tabular import tabular
from paper.tables.verdicts import NAMES

READS = ("court",)


def table(data):
    """Return one row for each theory: percent of draws in which each leg holds, in force and lost."""
    frame = data["court"].set_index(["authority", "leg", "theory"])["share"]
    legs = list(dict.fromkeys(data["court"]["leg"]))
    keys = [(authority, leg) for authority in ("in force", "lost") for leg in legs]
    rows = [(name, *(f"{100 * frame[(*key, theory)]:.0f}" for key in keys)) for theory, name in NAMES.items()]
    text = tabular(("theory", *legs, *legs), rows, "@{}lrrrrrr@{}", size=r"\footnotesize")
    first = r" & \multicolumn{3}{c}{authority in force} & \multicolumn{3}{c}{authority lost} \\"
    return text.replace("\\toprule\n", f"\\toprule\n{first}\n\\cmidrule(lr){{2-4}}\\cmidrule(l){{5-7}}\n")
