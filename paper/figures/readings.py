"""What the best departure from each reading gains at the start, by belief about the other side."""

from paper.machinery.layout import BLUE, ORANGE, PAGE, new_figure

READS = ("obedience",)


def figure(data):
    """Return one panel for each side; a reading is followed where its line is not above zero."""
    drawing = new_figure(PAGE, 2.2)
    frame = data["obedience"]
    axes = drawing.subplots(1, 2, sharey=True)
    for axis, (player, part) in zip(axes, frame.groupby("player", sort=False), strict=True):
        for (reading, rows), (colour, line) in zip(
            part.groupby("reading", sort=False), ((BLUE, "-"), (ORANGE, "--")), strict=True
        ):
            axis.plot(rows["belief"], rows["gain"], color=colour, linestyle=line)
            middle = rows.iloc[len(rows) // 2]
            axis.annotate(
                reading, (middle["belief"], middle["gain"]), xytext=(0, 3), textcoords="offset points",
                ha="center", color=colour,
            )  # fmt: skip
        axis.axhline(0.0, color="black", linewidth=0.6)
        axis.set_title(player)
        axis.set_xlabel(f"belief that the other reads: {part['other'].iloc[0]}")
    axes[0].set_ylabel("gain of the best departure,\npercent of GDP")
    axes[0].margins(y=0.15)
    return drawing
