"""Evidence along the record by theory, against moves at random, with the error of the sampler."""

import pandas as pd

from paper.machinery.layout import PAGE, THEORIES, day_number, mark_truces, month_axis, new_figure

READS = ("evidence", "truces")
RANDOM = "moves at random"


def figure(data):
    """Return log evidence less that of moves at random, after each move of the record."""
    every = data["evidence"].assign(day=lambda rows: pd.to_datetime(rows["observation"].str[:10]))
    frame = every.groupby(["theory", "day"], sort=False).last().reset_index()  # after all moves of a day
    drawing = new_figure(PAGE, 3.0)
    axis = drawing.subplots()
    base = frame[frame["theory"] == RANDOM].set_index("number")["log_evidence"]
    for theory, (colour, line, mark) in THEORIES.items():
        own = frame[frame["theory"] == theory].set_index("number")
        x, over = [day_number(day) for day in own["day"]], own["log_evidence"] - base
        axis.fill_between(x, over - own["error"], over + own["error"], color=colour, alpha=0.18, linewidth=0)
        axis.plot(x, over, color=colour, linestyle=line, marker=mark, markersize=3, label=theory)
    axis.axhline(0.0, color="black", linewidth=0.6)
    for day in every.loc[~every["observation"].str.contains("quiet"), "day"].unique():
        axis.plot(day_number(day), 0, "|", color="black", markersize=5, zorder=1)
    mark_truces(axis, data["truces"], names=True)
    month_axis(axis)
    axis.set_ylabel("log evidence so far,\nover moves at random")
    axis.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return drawing
