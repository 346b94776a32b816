"""What controls, dependence, use of the curb and a clock are worth, by how often all is bargained anew."""

from itertools import pairwise

from paper.machinery.layout import COLOURS, DASHES, GREY, PAGE, new_figure

READS = ("anew", "pace")
PANELS = (
    ("controls", "controls in the bargain"),
    ("dependence", "full US dependence on the curb"),
    ("use_stocks_full", "a period's use of the curb"),
    ("clock", "a one-year clock"),
)
MARKS = {"USA": "o", "CHN": "s"}
SHOWN = 0.5
"""The largest chance that is drawn: at one nothing that was agreed lasts, and axes would show that alone."""


def figure(data):
    """Return medians over draws by side; hollow where fewer than half of the draws have a gain."""
    frame = data["anew"]
    frame = frame[(frame["table"] == "anew") & (frame["chance"] <= SHOWN)]
    pace = data["pace"].set_index("what")
    drawing = new_figure(PAGE, 3.5)
    axes = drawing.subplots(2, 2, sharex=True).ravel()
    chances = sorted(frame["chance"].unique())
    place = dict(zip(chances, range(len(chances)), strict=True))
    for axis, (what, title) in zip(axes, PANELS, strict=True):
        axis.axvspan(
            *(_between(pace.loc["pace", side], chances) for side in ("low", "high")), color=GREY, alpha=0.15,
            linewidth=0,
        )  # fmt: skip
        axis.axhline(0.0, color="black", linewidth=0.5)
        for side, rows in frame[frame["what"] == what].groupby("side", sort=False):
            rows = rows.sort_values("chance")
            x, colour = [place[chance] for chance in rows["chance"]], COLOURS[side]
            axis.plot(x, rows["more"], color=colour, linestyle=DASHES[side])
            for at, more, gains in zip(x, rows["more"], rows["gains"], strict=True):
                axis.plot(
                    at, more, MARKS[side], color=colour, markersize=4.5,
                    markerfacecolor=colour if gains > 0.5 else "white",
                )  # fmt: skip
            axis.plot([], [], MARKS[side], color=colour, linestyle=DASHES[side], markersize=4.5, label=side)
        axis.set_title(title)
        axis.margins(y=0.12)
        axis.set_xticks(range(len(chances)), [f"{chance:g}" for chance in chances])
    for axis in axes[2:]:
        axis.set_xlabel("chance a period that all is bargained anew")
    for axis in axes[::2]:
        axis.set_ylabel("USD bn a year more")
    axes[0].legend(loc=(0.03, 0.25))
    return drawing


def _between(value, marks):
    """Return where a value stands on an axis whose marks are at equal distances."""
    for k, (low, high) in enumerate(pairwise(marks)):
        if low <= value <= high:
            return k + (value - low) / (high - low)
    return len(marks) - 1.0 if value > marks[-1] else 0.0
