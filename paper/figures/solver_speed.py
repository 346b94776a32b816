"""How many times faster the solvers are than their peers on the same inputs, measured by the build."""

from paper.machinery.layout import BLUE, PAGE, new_figure

READS = ("solver_speed",)


def figure(data):
    """Return one row for each workload on a logarithmic scale: range of ratios, and their geometric mean."""
    frame = data["solver_speed"].iloc[::-1].reset_index(drop=True)
    drawing = new_figure(PAGE, 0.26 * len(frame) + 0.6)
    axis = drawing.subplots()
    for y, row in enumerate(frame.itertuples()):
        axis.hlines(y, row.least, row.most, color=BLUE, linewidth=3)
        axis.plot(row.mean, y, "o", color="black", markersize=4)
        axis.text(row.most * 1.12, y, f"{row.mean:,.0f}", va="center", fontsize=7)
    axis.set_yticks(
        range(len(frame)), [f"{r.workload}  ({r.peer.split(',')[0]})" for r in frame.itertuples()]
    )
    axis.axvline(1.0, color="black", linewidth=0.5)
    axis.set_xscale("log")
    axis.set_xlabel("peer's processor time over ours: range, and geometric mean")
    axis.grid(axis="x", linewidth=0.3)
    return drawing
