"""What the moves since Geneva say of each theory, with days of signing given."""

from paper.machinery.tabular import tabular
from paper.tables.verdicts import NAMES

READS = ("evidence_given",)
RECORD = "both"
NULL = {"moves at random": "moves at random"}


def table(data):
    """Return one row for each theory and for moves at random, and what its prior draws are worth."""
    frame = data["evidence_given"].query("record == @RECORD").set_index(["number", "theory"])
    names = {key: name for key, name in NAMES.items() if ("marks", key) in frame.index} | NULL
    rows = []
    for theory, name in names.items():
        whole = frame.loc[("both by spell", theory)]
        ranges = (("over_random", "low", "high"), ("weight", "least", "most"))
        told = [f"${whole[x]:.1f}$ (${whole[low]:.1f}$ to ${whole[high]:.1f}$)" for x, low, high in ranges]
        marks, times = (frame.loc[(one, theory), "over_random"] for one in ("marks", "times by spell"))
        rows.append((name, f"${marks:.1f}$", f"${times:.1f}$", *told, f"{whole['effective']:.0f}"))
    columns = ("theory", "marks", "times", "marks and times", "weight", "draws")
    return tabular(columns, rows, "@{}lrrrrr@{}", size=r"\footnotesize")
