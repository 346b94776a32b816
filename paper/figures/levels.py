"""Levels in force over the record, one row for each country and instrument, with the truces."""

from paper.machinery.layout import COLOURS, PAGE, day_number, mark_truces, month_axis, new_figure

READS = ("levels", "truces")
ENDS = "2025-11-30"
SHORTEST_NAMED = 16.0


def figure(data):
    """Return step lines between the calmest level and the harshest."""
    rows = list(data["levels"].groupby(["country", "instrument"], sort=False))
    drawing = new_figure(PAGE, 0.36 * len(rows) + 0.5)
    axes = drawing.subplots(len(rows), 1, sharex=True)
    for axis, ((country, _), row) in zip(axes, rows, strict=True):
        _row(axis, country, row)
        mark_truces(axis, data["truces"], names=axis is axes[0])
    month_axis(axes[-1])
    drawing.get_layout_engine().set(h_pad=0.01, hspace=0.02)
    return drawing


def _row(axis, country, row):
    x = [*(day_number(day) for day in row["day"]), day_number(ENDS)]
    heights = [*row["height"], row["height"].iloc[-1]]
    axis.fill_between(x, heights, step="post", color=COLOURS[country], alpha=0.25, linewidth=0)
    axis.step(x, heights, where="post", color=COLOURS[country])
    for k, level in enumerate(row["level"]):
        if x[k + 1] - x[k] >= SHORTEST_NAMED:
            axis.annotate(
                level.replace("_", " "), (x[k], heights[k]), xytext=(2, 1.5), textcoords="offset points",
                fontsize=6.5,
            )  # fmt: skip
    axis.set_ylim(0, 1.7)
    axis.set_xlim(x[0], day_number(ENDS))
    axis.set_yticks([])
    axis.spines["left"].set_visible(False)
    axis.set_ylabel(f"{country}  {row['title'].iloc[0]}", rotation=0, ha="right", va="center", fontsize=7.5)
