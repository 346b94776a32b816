"""What each part of theories adds to the mean log score over eight years: its value, and what is lost."""

from paper.machinery.layout import BLUE, GREY, ORANGE, PAGE, new_figure

READS = ("theory_parts",)
FORMS = {"weeks": "by weeks, nats a cell", "months": "by months, nats a row"}


def figure(data):
    """Return one panel for each form and one row for each part; right of zero is better."""
    frame = data["theory_parts"].query("leg == 'all'")
    names = list(dict.fromkeys(frame["part"]))[::-1]
    drawing = new_figure(PAGE, 0.3 * len(names) + 0.9)
    axes = drawing.subplots(1, 2, sharey=True)
    for axis, (form, label) in zip(axes, FORMS.items(), strict=True):
        rows = frame[frame["form"] == form].set_index("part").loc[names]
        y = range(len(names))
        for shift, column, ends, marker, colour, text in (
            (0.15, "value", ("low", "high"), "o", BLUE, "value"),
            (-0.15, "lost", ("lost_low", "lost_high"), "s", ORANGE, "lost if left out"),
        ):
            at = [k + shift for k in y]
            axis.hlines(at, *(rows[end] for end in ends), color=colour, linewidth=0.9)
            axis.plot(rows[column], at, marker, color=colour, markersize=4, label=text)
        axis.axvline(0.0, color=GREY, linewidth=0.7)
        # The pace is worth a tenth of a nat and more, the others thousandths: both are to be seen.
        axis.set_xscale("symlog", linthresh=0.01)
        axis.set_xlabel(label)
        axis.set_xticks([-0.1, -0.01, 0, 0.01, 0.1], ["-0.1", "-0.01", "0", "0.01", "0.1"])
    axes[0].set_yticks(range(len(names)), names)
    axes[0].legend(loc="upper right")
    return drawing
