"""How long a truce lasts that nobody means to break: survival by leg and linkage, and what remedies add."""

from paper.machinery.layout import BLUE, GREEN, GREY, ORANGE, PAGE, new_figure

READS = ("life_curves",)
LEGS = (
    ("within_issue", "tariff", "tariff leg, by itself", GREEN, "-"),
    ("within_issue", "other", "other leg, by itself", BLUE, "-."),
    ("within_issue", "control", "control leg, by itself", ORANGE, "--"),
    ("all_or_nothing", "any", "all legs, all or nothing", "black", ":"),
)
REMEDIES = (
    ("as it is", "as it is", "black", ":"),
    ("consultation channel", "with a channel of consultation", BLUE, "-"),
    ("coordinated agencies", "with coordinated agencies", ORANGE, "--"),
)
MARKS = (90, 365)
LAST = 730


def figure(data):
    """Return two panels on Busan; days of the two clocks are marked."""
    drawing = new_figure(PAGE, 2.5)
    curves = data["life_curves"]
    busan = curves[curves["place"] == "Busan"]
    left, right = drawing.subplots(1, 2, sharey=True)
    broken = busan[(busan["event"] == "broken off") & (busan["remedy"] == "as it is")]
    for linkage, leg, label, colour, line in LEGS:
        _curve(left, broken[(broken["linkage"] == linkage) & (broken["leg"] == leg)], label, colour, line)
    alarm = busan[(busan["event"] == "first false alarm") & (busan["leg"] == "any")]
    for remedy, label, colour, line in REMEDIES:
        _curve(right, alarm[alarm["remedy"] == remedy], label, colour, line)
    left.set_title("Busan: not broken off")
    right.set_title("Busan: no false alarm in any leg")
    left.set_ylabel("probability")
    for axis in (left, right):
        for day in MARKS:
            axis.axvline(day, color=GREY, linewidth=0.6, linestyle=(0, (1, 2)))
        axis.set_xlabel("days since it came into force")
        axis.set_xticks((0, 90, 180, 365, 545, LAST))
        axis.set_xlim(0, LAST)
        axis.set_ylim(0, 1.02)
    left.legend(
        loc="center right", bbox_to_anchor=(1.0, 0.52), frameon=True, facecolor="white", edgecolor="none",
        framealpha=1.0,
    )  # fmt: skip
    right.legend(loc="upper right")
    return drawing


def _curve(axis, rows, label, colour, line):
    axis.step(rows["days"], rows["alive"], where="post", color=colour, linestyle=line, label=label)
