"""What chances meant over eight years: of the rows given a chance in a class, the share that came."""

from paper.machinery.layout import BLACK, BLUE, GREEN, GREY, ORANGE, PAGE, new_figure

READS = ("reliability", "record_scores")
LOOKS = (
    ("coin", GREY, ":", "x"),
    ("shrunk", BLACK, "-", "o"),
    ("two pace", BLUE, "--", "s"),
    ("self exciting", ORANGE, "-.", "^"),
    ("climatology", GREEN, (0, (1, 1)), "D"),
)
FEW = 100
"""Classes with fewer rows are left out: a share of so few says little."""


def figure(data):
    """Return shares that came against chances given, and log scores by how many months lie ahead."""
    drawing = new_figure(PAGE, 2.8)
    left, right = drawing.subplots(1, 2)
    for name, colour, line, mark in LOOKS:
        rows = data["reliability"]
        rows = rows[(rows["predictor"] == name) & (rows["rows"] >= FEW)]
        look = {"color": colour, "linestyle": line, "marker": mark, "markersize": 3.5}
        left.plot(rows["given"], rows["came"], **look)
        scores = data["record_scores"]
        own = scores[(scores["form"] == "months") & (scores["predictor"] == name)]
        ahead = own[own["of"].str.isdigit()].assign(months=lambda rows: rows["of"].astype(int))
        right.plot(ahead["months"], ahead["log"], label=name, **look)
    ends = (0.003, 0.6)
    left.plot(ends, ends, color=BLACK, linewidth=0.5)
    left.set_xscale("log")
    left.set_yscale("log")
    left.set_xlabel("mean chance given, by class")
    left.set_ylabel("share that came")
    right.set_xlabel("months ahead")
    right.set_ylabel("mean log score, nats a cell")
    drawing.legend(*right.get_legend_handles_labels(), loc="outside lower center", ncols=len(LOOKS))
    return drawing
