"""How long parts of truces are kept, by whether their text binds them."""

from paper.machinery.layout import BLUE, ORANGE, PAGE, new_figure

READS = ("panel_curves", "panel_survival")
SHOWN = {"all": "all rows", "known at signing": "left out: known at signing alone"}
DRAWN = {"bound": (BLUE, "-", "o"), "left out": (ORANGE, "--", "s")}
YEAR, LAST = 365, 1095
BESIDE = {"bound": 8, "left out": -8}
"""Days by which an interval stands beside its day, so that two do not hide each other."""


def figure(data):
    """Return a panel for each choice of rows: the share kept, and its interval at a year."""
    drawing = new_figure(PAGE, 2.7)
    axes = drawing.subplots(1, 2, sharey=True)
    at_a_year = data["panel_survival"].query("by == 'coverage'").set_index(["rows", "group"])
    for axis, (rows, title) in zip(axes, SHOWN.items(), strict=True):
        for group, (colour, line, mark) in DRAWN.items():
            own = data["panel_curves"].query("rows == @rows and group == @group")
            axis.step(own["days"], own["kept"], where="post", color=colour, linestyle=line, label=group)
            year = at_a_year.loc[rows, group]
            x = YEAR + BESIDE[group]
            axis.vlines(x, year["low"], year["high"], color=colour, linewidth=0.9)
            axis.plot(x, year["365 days"], mark, color=colour, markersize=4)
        axis.set_title(title)
        axis.set_xlim(0, LAST)
        axis.set_ylim(0, 1.02)
        axis.set_xticks((0, 90, YEAR, 730, LAST))
        axis.set_xlabel("days since the truce")
    axes[0].set_ylabel("share of parts kept")
    axes[0].legend(loc="upper right")
    return drawing
