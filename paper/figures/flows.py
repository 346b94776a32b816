"""Flow of moves between postures in the year after Busan, under each theory in continuous time."""

from math import pi, sqrt

from matplotlib.patches import FancyArrowPatch

from paper.machinery.layout import BLUE, ORANGE, PAGE, new_figure

READS = ("flows", "stays")
PLACES = {
    "as agreed": (0.0, 0.0),
    "USA harsher": (1.0, 0.0),
    "CHN harsher": (0.0, 1.0),
    "both harsher": (1.0, 1.0),
}
WORDS = {"as agreed": "as\nagreed", "USA harsher": "USA\nharsher", "CHN harsher": "China\nharsher",
         "both harsher": "both\nharsher"}  # fmt: skip
AREA, WIDTH = 750.0, 0.7
"""Points squared of a circle for the whole year, and points of an arrow for one move a year."""

DASHED = (0, (3, 1.5))
BESIDE = 0.27
LEAST = 0.05
"""Moves a year below which no arrow is drawn."""


def figure(data):
    """Return a panel for each theory: circles by the time spent, arrows by moves a year."""
    flows, stays = data["flows"], data["stays"]
    theories = list(dict.fromkeys(flows["theory"]))
    drawing = new_figure(PAGE, 1.9)
    axes = drawing.subplots(1, len(theories))
    for axis, theory in zip(axes, theories, strict=True):
        share = stays[stays["theory"] == theory].set_index("kind")["share"]
        for kind, (x, y) in PLACES.items():
            axis.scatter(x, y, s=AREA * share[kind], color="0.8", linewidth=0, zorder=1)
            axis.text(x, y, f"{100 * share[kind]:.0f}", ha="center", va="center", fontsize=7, zorder=4)
            if axis is axes[0]:
                axis.text(
                    x, y + (0.42 if y else -0.42), WORDS[kind], ha="center", va="bottom" if y else "top",
                    fontsize=6.5, linespacing=0.9,
                )  # fmt: skip
        own = flows[(flows["theory"] == theory) & (flows["begin"] != flows["end"])]
        for row in own.itertuples():
            _arrow(axis, row.begin, row.end, row.moves, share)
        axis.set_title(theory, loc="center", fontsize=8)
        axis.set_xlim(-0.5, 1.5)
        axis.set_ylim(-0.85, 1.75)
        axis.set_axis_off()
    return drawing


def _arrow(axis, begin, end, moves, share):
    """Draw the moves from one kind of posture to another, with their number beside the arrow."""
    if moves < LEAST:
        return
    (x, y), (to_x, to_y) = PLACES[begin], PLACES[end]
    up = to_x + to_y > x + y
    gaps = [sqrt(AREA * share[kind] / pi) + 2.0 for kind in (begin, end)]
    colour = ORANGE if up else BLUE
    axis.add_patch(
        FancyArrowPatch(
            (x, y), (to_x, to_y), arrowstyle="-|>,head_length=3,head_width=2",
            connectionstyle="arc3,rad=0.22", shrinkA=gaps[0], shrinkB=gaps[1],
            linewidth=0.5 + WIDTH * min(moves, 3.0), color=colour, linestyle="-" if up else DASHED,
            zorder=2,
        )
    )  # fmt: skip
    across = (BESIDE * (to_y - y), -BESIDE * (to_x - x))
    axis.text(
        (x + to_x) / 2 + across[0], (y + to_y) / 2 + across[1], f"{moves:.1f}", fontsize=6.2, ha="center",
        va="center", color=colour, zorder=5,
    )  # fmt: skip
