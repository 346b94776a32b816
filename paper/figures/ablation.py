"""What each mechanism adds to the mean log score: alone with its interval, left out, by Shapley value."""

from paper.machinery.layout import BLUE, GREY, ORANGE, PAGE, new_figure

READS = ("mechanisms",)


def figure(data):
    """Return one row for each mechanism; right of zero is better."""
    frame = data["mechanisms"]
    frame = frame[~frame["mechanism"].str.startswith("(")].iloc[::-1].reset_index(drop=True)
    drawing = new_figure(PAGE * 0.85, 0.3 * len(frame) + 0.8)
    axis = drawing.subplots()
    y = frame.index.to_numpy()
    axis.hlines(y + 0.2, frame["low"], frame["high"], color=BLUE, linewidth=0.9)
    axis.plot(frame["alone"], y + 0.2, "o", color=BLUE, markersize=4, label="alone, with 90 percent interval")
    axis.plot(frame["left_out"], y, "s", color=ORANGE, markersize=4, label="lost if left out")
    if "shapley_all" in frame:
        axis.plot(frame["shapley_all"], y - 0.2, "^", color="black", markersize=4, label="Shapley value")
    axis.axvline(0.0, color=GREY, linewidth=0.7)
    axis.set_yticks(y, frame["mechanism"])
    axis.set_xlabel("gain in mean log score over no mechanism, nats a cell")
    axis.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return drawing
