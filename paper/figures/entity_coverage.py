"""Coverage of the entity list and links to examine, by ownership threshold, on generated graphs."""

from paper.machinery.layout import BLUE, ORANGE, PAGE, new_figure

READS = ("entity_coverage",)
PANELS = (("covered", "covered parties", BLUE, "o-"), ("links_to_examine", "links to examine", ORANGE, "s--"))


def figure(data):
    """Return medians over the graphs with their range."""
    drawing = new_figure(PAGE, 2.2)
    axes = drawing.subplots(1, 2)
    grouped = data["entity_coverage"].groupby("threshold")
    for axis, (column, label, colour, look) in zip(axes, PANELS, strict=True):
        middle, low, high = (getattr(grouped[column], f)() for f in ("median", "min", "max"))
        axis.fill_between(middle.index, low, high, color=colour, alpha=0.25, linewidth=0)
        axis.plot(middle.index, middle, look, color=colour, markersize=3.5)
        axis.axvline(0.5, color="black", linewidth=0.6, linestyle=":")
        axis.set_xlabel("ownership threshold, share")
        axis.set_ylabel(label)
        axis.set_ylim(bottom=0)
    return drawing
