"""The least renewal probability by length of the clock, and what the last period risks on both clocks."""

from paper.machinery.layout import BLUE, ORANGE, PAGE, new_figure

READS = ("least_renewal", "clocks")
LINES = {7: ":", 14: "-", 30: "--"}


def figure(data):
    """Return the least renewal probability of the USA, and the last period's margin by clock."""
    drawing = new_figure(PAGE, 2.4)
    left, right = drawing.subplots(1, 2)
    frame = data["least_renewal"]
    for lag, line in LINES.items():
        rows = frame[(frame["country"] == "USA") & (frame["lag_days"] == lag)]
        left.plot(rows["days"], rows["least"], color=BLUE, linestyle=line, label=f"lag {lag} days")
    left.set_yscale("log")
    left.set_xlabel("clock, days")
    left.set_ylabel("least renewal probability, USA")
    left.legend()
    clocks = data["clocks"]
    for x, at in enumerate(("equal renewal", "equal survival")):
        for shift, clock, colour, hatch in ((-0.2, "90 days", BLUE, ""), (0.2, "a year", ORANGE, "////")):
            row = clocks[(clocks["at"] == at) & (clocks["clock"] == clock) & (clocks["country"] == "USA")]
            right.bar(
                x + shift, row["last_margin"].iloc[0], 0.36, color=colour, alpha=0.75, hatch=hatch,
                label=clock if x == 0 else None,
            )  # fmt: skip
    right.set_xticks((0, 1), ("at equal renewal", "at equal survival a month"))
    right.set_ylabel("margin of the last period,\npercent of GDP")
    right.legend()
    return drawing
