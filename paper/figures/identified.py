"""What each theory says of each leg of each truce, over draws, beside what the record shows."""

from matplotlib.patches import Rectangle

from paper.machinery.layout import BLUE, PAGE, new_figure
from paper.tables.verdicts import NAMES

READS = ("theory_verdicts", "theory_sets")
ROW = 0.215
WORDS = {"each for itself": "each for\nitself"}
BOTH = "Geneva and Busan"
DECIDED = ("holds", "breaks")
SHORT = {"not rational": "n. r."}
DARK = 0.6
"""Share from which the figures in a cell are white."""


def figure(data):
    """Return a grid of legs and theories; darker with the share, hatched where it is not the record's."""
    frame = data["theory_verdicts"]
    legs = list(dict.fromkeys(zip(frame["place"], frame["leg"], strict=True)))
    theories = list(dict.fromkeys(frame["theory"]))
    both = data["theory_sets"].query("of == @BOTH").set_index("theory")
    drawing = new_figure(PAGE, ROW * (len(legs) + 2) + 0.75)
    axis = drawing.subplots()
    for row in frame.itertuples():
        _cell(axis, 1 + theories.index(row.theory), legs.index((row.place, row.leg)), row)
    held = {(row.place, row.leg): row.held for row in frame.itertuples()}
    for y, leg in enumerate(legs):
        axis.text(0, y, "held" if held[leg] else "moved", ha="center", va="center", fontsize=7)
    for y, (one, other) in enumerate(zip(legs[1:], legs, strict=False)):
        if one[0] != other[0]:
            axis.axhline(y + 0.5, color="black", linewidth=0.6)
    axis.axhline(len(legs) - 0.5, color="black", linewidth=1.2)
    for x, name in enumerate(theories, start=1):
        for y, share in enumerate((both["share"][name], both["irrational"][name]), start=len(legs)):
            words = f"{share:.2f}" if share == share else "none"
            weight = "bold" if y == len(legs) else "normal"
            axis.text(x, y, words, ha="center", va="center", fontsize=7.5, weight=weight)
    axis.set_xlim(-0.5, len(theories) + 0.5)
    axis.set_ylim(len(legs) + 1.5, -0.5)
    axis.set_xticks(
        range(len(theories) + 1),
        ["record", *(WORDS.get(name, NAMES[name].replace(" ", "\n")) for name in theories)],
    )
    axis.set_yticks(
        range(len(legs) + 2), [*(f"{place}, {leg}" for place, leg in legs), BOTH, "draws not rational"]
    )
    axis.xaxis.tick_top()
    axis.tick_params(length=0)
    for side in axis.spines.values():
        side.set_visible(False)
    return drawing


def _cell(axis, x, y, row):
    # Where a theory decides nothing it is neither right nor wrong.
    wrong = row.word in DECIDED and row.holds != row.held
    share = row.share if row.draws else 0.0
    color, alpha = ("0.5", 0.5) if row.word == "not rational" else (BLUE, 0.85)
    axis.add_patch(Rectangle((x - 0.48, y - 0.45), 0.96, 0.9, facecolor=color, alpha=alpha * share, lw=0))
    axis.add_patch(
        Rectangle(
            (x - 0.48, y - 0.45), 0.96, 0.9, facecolor="none", edgecolor="0.35", linewidth=0.4,
            hatch="/////" if wrong else None,
        )
    )  # fmt: skip
    dark = share > DARK and color == BLUE and not wrong
    axis.text(
        x, y, f"{SHORT.get(row.word, row.word)} {f'{share:.2f}' if row.draws else 'none'}",
        ha="center", va="center", fontsize=7, color="white" if dark else "black",
        bbox={"facecolor": "white", "linewidth": 0, "pad": 0.8, "alpha": 0.9} if wrong else None,
    )  # fmt: skip
