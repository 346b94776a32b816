"""What the record says of the parameters that it says most of: prior and posterior by theory."""

import numpy as np

from paper.machinery.layout import PAGE, THEORIES, new_figure

READS = ("learned",)
SHOWN = 5
"""Parameters shown: those of the largest mean fall of entropy from prior to posterior over theories."""


def figure(data):
    """Return a row for each parameter and in it a line for each theory, on the scale of its range."""
    frame = data["learned"]
    frame = frame[frame["theory"].isin(list(THEORIES))]
    order = frame.groupby("parameter")["entropy_fall"].mean().sort_values(ascending=False).index[:SHOWN]
    drawing = new_figure(PAGE, 0.62 * SHOWN + 0.7)
    axis = drawing.subplots()
    for y, name in enumerate(order):
        rows = frame[frame["parameter"] == name]
        first = rows.iloc[0]
        axis.barh(y, 0.9, 0.86, left=0.05, color="0.92", linewidth=0)
        for k, (theory, (colour, _, mark)) in enumerate(THEORIES.items()):
            for row in rows[rows["theory"] == theory].itertuples():
                at = [place(value, row) for value in (row.p5, row.p50, row.p95)]
                height = y + 0.16 * (k - 2)
                axis.plot(at[::2], [height, height], color=colour, linewidth=1.3, solid_capstyle="butt")
                axis.plot(at[1], height, mark, color=colour, markersize=3.6)
        for x, value, side in ((-0.01, first.low, "right"), (1.01, first.high, "left")):
            axis.text(x, y, f"{value:.3g}", ha=side, va="center", fontsize=6.5)
    for theory, (colour, _, mark) in THEORIES.items():
        axis.plot([], [], color=colour, marker=mark, markersize=3.6, label=theory)
    axis.set_yticks(range(len(order)), [name.replace(".", "\n").replace("_", " ") for name in order])
    axis.tick_params(axis="y", length=0, pad=26)
    axis.set_xlim(0, 1)
    axis.set_ylim(len(order) - 0.5, -0.5)
    axis.set_xticks([])
    axis.spines["bottom"].set_visible(False)
    axis.spines["left"].set_visible(False)
    axis.set_xlabel("place in the parameter's range: posterior median, and 90 percent interval", labelpad=4)
    drawing.legend(*axis.get_legend_handles_labels(), loc="outside lower center", ncols=len(THEORIES))
    return drawing


def place(value, row):
    """Return where a value stands in its range, on the prior's own scale."""
    low, high = row.low, row.high
    if row.scale == "log":
        value, low, high = np.log([value, low, high])
    return (value - low) / (high - low)
