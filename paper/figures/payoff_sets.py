"""Nested sets of equilibrium payoffs: with and without the curb, controls in and outside the bargain."""

import numpy as np

from paper.machinery.layout import BLUE, GREEN, ORANGE, PAGE, new_figure

READS = ("payoff_sets", "truce_payoffs")
LOOKS = {
    (True, True): (BLUE, "-", 0.10, "curb, controls in the bargain"),
    (False, True): (ORANGE, "--", 0.14, "no curb, controls in the bargain"),
    (True, False): (GREEN, "-.", 0.14, "curb, controls outside"),
    (False, False): ("black", ":", 0.14, "no curb, controls outside"),
}


def figure(data):
    """Return the four polygons with the truces' stage payoffs."""
    drawing = new_figure(PAGE * 0.82, 3.4)
    axis = drawing.subplots()
    sets = data["payoff_sets"]
    for key, (colour, line, alpha, label) in LOOKS.items():
        part = sets[(sets["curb"] == key[0]) & (sets["controls"] == key[1])]
        corners = part[["usa", "chn"]].to_numpy()
        closed = np.vstack([corners, corners[:1]])
        axis.fill(closed[:, 0], closed[:, 1], color=colour, alpha=alpha, linewidth=0)
        axis.plot(closed[:, 0], closed[:, 1], color=colour, linestyle=line, label=label)
    for row in data["truce_payoffs"].itertuples():
        axis.plot(row.usa, row.chn, "o", color="black", markersize=3.5)
        axis.annotate(
            row.place, (row.usa, row.chn), xytext=(5, 4 if row.place == "Busan" else -8),
            textcoords="offset points", fontsize=7.5,
            bbox={"facecolor": "white", "alpha": 0.7, "linewidth": 0, "pad": 0.3},
        )  # fmt: skip
    axis.set_xlabel("USA, percent of GDP a period")
    axis.set_ylabel("China, percent of GDP a period")
    axis.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return drawing
