"""The mismatch of readings as a path: what the model moves under each linkage, beside the record."""

from paper.machinery.layout import (
    COLOURS,
    PAGE,
    day_number,
    mark_truces,
    month_axis,
    new_figure,
)

READS = ("mismatch_moves", "recorded_moves", "truces")
LANES = (
    ("USA", "chip_control", "chip control"),
    ("USA", "entity_list", "entity list"),
    ("CHN", "rare_earth_curb", "rare-earth curb"),
)
PANELS = (
    ("model, all or nothing", "all_or_nothing"),
    ("model, in kind", "proportionate"),
    ("record", None),
)


def figure(data):
    """Return one panel for each path; a triangle up is a harsher level, one down a calmer one."""
    drawing = new_figure(PAGE, 3.6)
    axes = drawing.subplots(3, 1, sharex=True)
    moves, record = data["mismatch_moves"], data["recorded_moves"]
    for axis, (title, linkage) in zip(axes, PANELS, strict=True):
        if linkage is None:
            rows = record.assign(harsher=record["direction"] == "escalate")
            rows = rows[rows["status"] == "applied"]
        else:
            rows = moves[(moves["linkage"] == linkage) & (moves["play"] == "naive")]
        _panel(axis, rows)
        mark_truces(axis, data["truces"], names=axis is axes[0])
        axis.set_title(title, pad=13 if axis is axes[0] else 3)
    month_axis(axes[-1])
    return drawing


def _panel(axis, rows):
    for y, (country, name, _) in enumerate(LANES):
        axis.axhline(y, color="0.85", linewidth=0.5, zorder=0)
        part = rows[(rows["country"] == country) & (rows["instrument"] == name)]
        for day, harsher in dict.fromkeys(zip(part["day"], part["harsher"], strict=True)):
            axis.plot(
                day_number(day), y, "^" if harsher else "v", color=COLOURS[country], markersize=6,
                markerfacecolor=COLOURS[country] if harsher else "white", zorder=2,
            )  # fmt: skip
    axis.set_yticks(range(len(LANES)), [f"{c}  {label}" for c, _, label in LANES])
    axis.set_ylim(len(LANES) - 0.5, -0.5)
    axis.set_xlim(day_number("2025-05-05"), day_number("2025-11-17"))
