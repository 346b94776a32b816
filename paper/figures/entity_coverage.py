"""What the ownership rule covers, what it costs to check, and what shells undo, by threshold."""

from paper.machinery.layout import BLUE, GREEN, ORANGE, PAGE, new_figure

READS = ("entity_coverage", "shells")
PANELS = (
    ("entity_coverage", "covered", "covered parties, thousands", 1e-3, BLUE, "o-"),
    ("entity_coverage", "links_to_examine", "links to examine, thousands", 1e-3, ORANGE, "s--"),
    ("shells", "undone", "percent of affiliates freed by\nselling one stake in ten", 100.0, GREEN, "^-."),
)  # fmt: skip


def figure(data):
    """Return medians over generated graphs with their range; the dotted line is the rule of 2025."""
    drawing = new_figure(PAGE, 2.1)
    axes = drawing.subplots(1, 3)
    for axis, (name, column, label, unit, colour, look) in zip(axes, PANELS, strict=True):
        values = unit * data[name].set_index("threshold")[column]
        by = values.groupby(level=0)
        middle, low, high = by.median(), by.min(), by.max()
        axis.fill_between(middle.index, low, high, color=colour, alpha=0.25, linewidth=0)
        axis.plot(middle.index, middle, look, color=colour, markersize=3.5)
        axis.axvline(0.5, color="black", linewidth=0.6, linestyle=":")
        axis.set_xlabel("ownership threshold, share")
        axis.set_ylabel(label)
        axis.set_xlim(0, 1.02)
        axis.set_ylim(bottom=0)
    return drawing
