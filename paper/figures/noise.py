"""False alarms by leg and margins by linkage, as Busan's clauses are misread more often."""

from paper.machinery.layout import BLUE, GREEN, ORANGE, PAGE, new_figure

READS = ("noise_alarms", "noise_margins")
ALARMS = (("tariff", GREEN, "-"), ("other", BLUE, "-."), ("control", ORANGE, "--"), ("any", "black", ":"))
MARGINS = (
    ("all_or_nothing", "all or nothing", "black", ":"),
    ("none", "no answer", GREEN, "-"),
    ("within_issue", "within the issue", BLUE, "-."),
    ("proportionate", "in kind", ORANGE, "--"),
)


def figure(data):
    """Return two panels over the chance that a kept clause looks broken."""
    drawing = new_figure(PAGE, 2.4)
    left, right = drawing.subplots(1, 2)
    for leg, colour, line in ALARMS:
        rows = data["noise_alarms"].query("leg == @leg")
        if len(rows):
            label = "any leg" if leg == "any" else leg
            left.plot(rows["chance"], rows["false_alarm"], color=colour, linestyle=line, label=label)
    for kind, label, colour, line in MARGINS:
        rows = data["noise_margins"]
        rows = rows[rows["linkage"] == kind]
        if len(rows):
            right.plot(rows["chance"], 1e3 * rows["margin"], color=colour, linestyle=line, label=label)
    right.axhline(0.0, color="black", linewidth=0.6)
    left.set_ylabel("chance of a false alarm a period")
    right.set_ylabel("least margin while kept,\nthousandths of a percent of GDP")
    for axis in (left, right):
        axis.set_xlabel("chance a year that a kept clause looks broken")
        axis.legend()
    return drawing
