"""How many times faster the solvers are than their peers on the same inputs."""

from paper.machinery.layout import BLUE, PAGE, new_figure

READS = ("solver_speed",)


def figure(data):
    """Return one row for each workload on a logarithmic scale: range, mean, or least ratio with an arrow."""
    frame = data["solver_speed"].iloc[::-1].reset_index(drop=True)
    drawing = new_figure(PAGE, 0.28 * len(frame) + 0.6)
    axis = drawing.subplots()
    for y, row in enumerate(frame.itertuples()):
        high = row.most if row.most == row.most else row.least
        axis.hlines(y, row.least, high, color=BLUE, linewidth=3)
        axis.plot(row.least, y, "o" if row.most == row.most else ">", color=BLUE, markersize=5)
        if row.mean == row.mean:
            axis.plot(row.mean, y, "|", color="black", markersize=9)
    axis.set_yticks(
        range(len(frame)), [f"{r.workload}  ({r.peer.split(',')[0]})" for r in frame.itertuples()]
    )
    axis.set_xscale("log")
    axis.set_xlim(1, 4000)
    axis.set_xlabel("peer's time over ours (arrow: at least; bar: mean of ten games)")
    axis.grid(axis="x", linewidth=0.3)
    return drawing
