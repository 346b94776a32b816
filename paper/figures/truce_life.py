"""How long a truce lasts that nobody means to break: survival by leg and linkage."""

from paper.machinery.layout import BLUE, GREEN, ORANGE, PAGE, new_figure

READS = ("life_curves",)
LINES = (
    ("within_issue", "tariff", "tariff leg alone", GREEN, "-"),
    ("within_issue", "other", "other leg alone", BLUE, "-."),
    ("within_issue", "control", "control leg alone", ORANGE, "--"),
    ("all_or_nothing", "any", "all or nothing", "black", ":"),
)


def figure(data):
    """Return one panel for each truce; curves are named at their end."""
    drawing = new_figure(PAGE, 2.4)
    curves = data["life_curves"]
    curves = curves[(curves["event"] == "broken off") & (curves["remedy"] == "as it is")]
    axes = drawing.subplots(1, 2, sharey=True)
    for axis, (place, part) in zip(axes, curves.groupby("place", sort=False), strict=True):
        for linkage, leg, label, colour, line in LINES:
            rows = part[(part["linkage"] == linkage) & (part["leg"] == leg)]
            if len(rows):
                axis.step(
                    rows["days"], rows["alive"], where="post", color=colour, linestyle=line, label=label
                )
        axis.set_title(place)
        axis.set_xlabel("days")
        axis.set_xlim(0, 720)
        axis.set_ylim(0, 1.02)
    axes[0].set_ylabel("chance that it is not broken off")
    axes[1].legend(loc="center right")
    return drawing
