"""Levels in force over the record, one row for each country and instrument, with the truces."""

from paper.machinery.layout import COLOURS, PAGE, day_number, mark_truces, month_axis, new_figure

READS = ("levels", "truces")
ENDS = "2025-11-30"
ROW, SIZE = 0.4, 6.2
"""Inches of a row, and points of the names of levels."""

TOP, LINE, CLOSE = 1.95, 0.4, 0.08
"""Top of a row, where the harshest level is at one, height of a line of names, and how far two may touch."""

LEAST_DAYS, MARGIN_DAYS = 8, 26
"""Levels in force for less are not named; room on the right for the names of the last ones."""

POINTS_A_DAY, POINTS_A_LETTER = 0.98, 2.9
"""How wide a day is, and on average a letter: what a name needs is known before it is drawn."""

WORDS = {name: name.capitalize() for name in ("january", "april", "october")} | {
    "h20": "H20", "ascend": "Ascend", "usd": "USD", "rmb": "RMB",
    "geneva": "as after Geneva", "busan": "as after Busan",
}  # fmt: skip
"""A rate was in force before the agreement by which it is known."""


def figure(data):
    """Return step lines between the calmest level and the harshest."""
    rows = list(data["levels"].groupby(["country", "instrument"], sort=False))
    drawing = new_figure(PAGE, ROW * len(rows) + 0.4)
    axes = drawing.subplots(len(rows), 1, sharex=True)
    for axis, ((country, _), row) in zip(axes, rows, strict=True):
        _row(axis, country, row)
        mark_truces(axis, data["truces"], names=axis is axes[0])
        axis.tick_params(axis="x", length=0 if axis is not axes[-1] else 3)
    month_axis(axes[-1])
    drawing.get_layout_engine().set(h_pad=0.005, hspace=0.0)
    return drawing


def _row(axis, country, row):
    x = [*(day_number(day) for day in row["day"]), day_number(ENDS)]
    heights = [*row["height"], row["height"].iloc[-1]]
    axis.fill_between(x, heights, step="post", color=COLOURS[country], alpha=0.25, linewidth=0)
    axis.step(x, heights, where="post", color=COLOURS[country])
    axis.set_ylim(0, TOP)
    axis.set_xlim(x[0], x[-1] + MARGIN_DAYS)
    axis.set_yticks([])
    axis.spines["left"].set_visible(False)
    axis.set_ylabel(f"{country}  {row['title'].iloc[0]}", rotation=0, ha="right", va="center", fontsize=7.5)
    placed = []
    for k, level in enumerate(row["level"]):
        if x[k + 1] - x[k] >= LEAST_DAYS:
            name = " ".join(WORDS.get(word, word) for word in level.split("_"))
            _name(axis, name, x[k] + 1.5, heights[k], placed)


def _name(axis, name, left, height, placed):
    """Write the name of a level over its beginning, a line higher where another name stands in the way."""
    wide = len(name) * POINTS_A_LETTER / POINTS_A_DAY
    for bottom in (height + 0.06 + LINE * k for k in range(4)):
        box = (left, left + wide, bottom, bottom + LINE)
        free = all(
            box[1] < b[0] or b[1] < box[0] or box[3] <= b[2] + CLOSE or b[3] <= box[2] + CLOSE for b in placed
        )
        if free and box[3] <= TOP + 0.15:
            placed.append(box)
            axis.text(
                left, bottom, name, fontsize=SIZE, va="bottom", zorder=5,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.3, "alpha": 0.9},
            )  # fmt: skip
            return
