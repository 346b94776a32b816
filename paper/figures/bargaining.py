"""What the bargaining rules pick with controls on the table and off it."""

import numpy as np

from paper.machinery.layout import BLUE, GREEN, PAGE, new_figure

READS = ("payoff_sets", "bargains")
MARKS = {
    "Nash": "o",
    "Kalai-Smorodinsky": "s",
    "egalitarian": "D",
    "Rubinstein, first player proposes": "^",
    "Rubinstein, second player proposes": "v",
}
TITLES = {"worst equilibrium": "from the worst equilibria", "trade war": "from a trade war"}


def figure(data):
    """Return the frontier with each rule's point, from two points of disagreement."""
    drawing = new_figure(PAGE, 2.9)
    axes = drawing.subplots(1, 2, sharey=True)
    bargains = data["bargains"]
    for axis, (point, title) in zip(axes, TITLES.items(), strict=True):
        for controls, colour, line in ((True, BLUE, "-"), (False, GREEN, "-.")):
            _polygon(axis, data["payoff_sets"], controls, colour, line)
        for table, colour, face in (("linked", BLUE, BLUE), ("unlinked", GREEN, "white")):
            rows = bargains[(bargains["disagreement"] == point) & (bargains["table"] == table)]
            for row in rows.itertuples():
                axis.plot(
                    row.usa, row.chn, MARKS[row.rule], color=colour, markerfacecolor=face, markersize=5.5,
                    alpha=0.85,
                )  # fmt: skip
        axis.set_title(title)
        axis.set_xlim(-0.16, 0.09)
        axis.set_ylim(-0.34, 0.04)
        axis.set_xlabel("USA, percent of GDP a period")
    axes[0].set_ylabel("China, percent of GDP a period")
    for rule, mark in MARKS.items():
        axes[1].plot([], [], mark, color="black", markerfacecolor="white", ls="", label=rule)
    axes[1].plot([], [], color=BLUE, label="controls on the table")
    axes[1].plot([], [], color=GREEN, linestyle="-.", label="controls off the table")
    drawing.legend(*axes[1].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return drawing


def _polygon(axis, sets, controls, colour, line):
    corners = sets[sets["curb"] & (sets["controls"] == controls)][["usa", "chn"]].to_numpy()
    closed = np.vstack([corners, corners[:1]])
    axis.fill(closed[:, 0], closed[:, 1], color=colour, alpha=0.10, linewidth=0)
    axis.plot(closed[:, 0], closed[:, 1], color=colour, linestyle=line)
