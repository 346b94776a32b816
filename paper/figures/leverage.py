"""Leverage against the control's gain over the record, and the state behind it."""

import numpy as np

from paper.machinery.layout import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PAGE,
    day_number,
    mark_truces,
    month_axis,
    new_figure,
)

READS = ("leverage", "leverage_state", "truces")
LOOKS = (
    ("lasting", "a curb that stays", GREEN, "--"),
    ("leverage", "a curb now", BLUE, "-"),
    ("gain", "the control's gain", ORANGE, "-."),
)
STATE = (("stocks", "US stocks", "black", ":"), ("rare_earths", "US dependence", BLUE, "-"),
         ("chips", "Chinese dependence", ORANGE, "--"))  # fmt: skip
FLOOR = 3e-4
BANDED, BARS = "leverage", {"lasting": 6.0, "gain": 12.0}
"""What has a band all along; the others hardly move, and have a bar so many days before the end."""


def figure(data):
    """Return leverage and gain above, dependence and stocks below; days of curb are shaded."""
    drawing = new_figure(PAGE, 4.0)
    top, bottom = drawing.subplots(2, 1, sharex=True, height_ratios=(1.5, 1))
    frame, state = data["leverage"], data["leverage_state"]
    x = np.array([day_number(day) for day in frame["day"]])
    for name, label, colour, line in LOOKS:
        values = frame[name].to_numpy()
        shown = np.where(values > FLOOR, values, np.nan)
        low, high = np.maximum(frame[f"{name}_low"], FLOOR), np.maximum(frame[f"{name}_high"], FLOOR)
        if name == BANDED:
            top.fill_between(x, low, high, color=colour, alpha=0.18, linewidth=0)
        else:
            at, ends = x[-1] - BARS[name], (low.iloc[-1], high.iloc[-1])
            top.plot((at, at), ends, color=colour, linewidth=1.0, marker="_", markersize=5)
        top.plot(x, shown, color=colour, linestyle=line)
        top.annotate(
            label, (x[-1], shown[-1]), xytext=(4, 0), textcoords="offset points", color=colour, va="center",
            annotation_clip=False,
        )  # fmt: skip
    top.set_yscale("log")
    top.set_ylim(FLOOR, 3)
    top.set_ylabel("percent of US GDP a period")
    days = np.array([day_number(day) for day in state["day"]])
    ends = {"stocks": 0, "rare_earths": 5, "chips": -5}
    for name, label, colour, line in STATE:
        bottom.plot(days, state[name], color=colour, linestyle=line)
        bottom.annotate(
            label, (days[-1], state[name].iloc[-1]), xytext=(4, ends[name]), textcoords="offset points",
            color=colour, va="center", annotation_clip=False,
        )  # fmt: skip
    bottom.set_ylim(0, 1.05)
    bottom.set_ylabel("mean step, full = 1")
    for axis in (top, bottom):
        axis.fill_between(
            days, 0, 1, where=state["curb"].to_numpy(dtype=bool), color=GREY, alpha=0.18, linewidth=0,
            transform=axis.get_xaxis_transform(), step="post",
        )  # fmt: skip
        mark_truces(axis, data["truces"], names=axis is top)
        axis.set_xlim(days[0] - 1, days[-1] + 1)
    month_axis(bottom)
    return drawing
