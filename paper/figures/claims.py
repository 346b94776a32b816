"""Every claim with the share of parameter draws in which it holds."""

from paper.machinery.layout import BLUE, GREY, ORANGE, PAGE, new_figure

READS = ("claims",)


def figure(data):
    """Return one row for each claim by question: share, interval, and the verdict at the central values."""
    frame = data["claims"].reset_index(drop=True)
    drawing = new_figure(PAGE, 0.185 * len(frame) + 0.7)
    axis = drawing.subplots()
    for y, row in enumerate(frame.itertuples()):
        holds = bool(row.central)
        axis.hlines(y, 0, row.share, color="0.85", linewidth=2.5, zorder=0)
        axis.hlines(y, row.low, row.high, color="black", linewidth=0.9)
        axis.plot(
            row.share, y, "o" if holds else "s", color=BLUE if holds else ORANGE, markersize=4.5,
            markerfacecolor=BLUE if holds else "white",
        )  # fmt: skip
    axis.plot([], [], "o", color=BLUE, label="holds at the central values")
    axis.plot([], [], "s", color=ORANGE, markerfacecolor="white", label="does not")
    for edge in (0.05, 0.5, 0.95):
        axis.axvline(edge, color=GREY, linewidth=0.5, linestyle=":")
    names = [f"{row.number}  {row.claim.replace('_', ' ')}" for row in frame.itertuples()]
    axis.set_yticks(range(len(frame)), names)
    axis.invert_yaxis()
    axis.set_xlim(-0.02, 1.02)
    axis.set_xlabel("share of parameter draws in which the claim holds")
    axis.legend(loc="upper center", bbox_to_anchor=(0.5, 1.09), ncols=2)
    return drawing
