"""The frozen forecast: chances of a move by month after the record ends, with bands over draws."""

from paper.machinery.layout import COLOURS, PAGE, new_figure

READS = ("frozen",)
SHOWN = 8


def figure(data):
    """Return one small panel for each of the instruments with the largest chances: up solid, down dashed."""
    frame = data["frozen"]
    frame = frame[frame["direction"].isin(("up", "down"))]
    sizes = frame.groupby(["actor", "instrument"])["probability"].max().sort_values(ascending=False)
    pairs = sorted(sizes.index[:SHOWN], key=lambda pair: (pair[0] != "USA", pair[1]))
    months = sorted(frame["month"].unique())
    drawing = new_figure(PAGE, 3.0)
    axes = drawing.subplots(2, SHOWN // 2, sharex=True, sharey=True).ravel()
    for axis, (actor, instrument) in zip(axes, pairs, strict=False):
        for direction, line, alpha in (("up", "-", 0.28), ("down", "--", 0.14)):
            rows = frame.query("actor == @actor and instrument == @instrument and direction == @direction")
            rows = rows.sort_values("month")
            x = range(len(rows))
            axis.fill_between(x, rows["low"], rows["high"], color=COLOURS[actor], alpha=alpha, linewidth=0)
            axis.plot(x, rows["probability"], line, color=COLOURS[actor], label=direction)
        axis.set_title(f"{actor}  {instrument.replace('_', ' ')}", fontsize=7.5)
        axis.set_xticks(range(0, len(months), 5), [months[k] for k in range(0, len(months), 5)], fontsize=6.5)
    axes[0].set_ylim(0, 1.12 * frame["high"].max())
    axes[0].legend(loc="upper right")
    drawing.supylabel("chance of at least one move in the month", fontsize=8)
    return drawing
