"""Cover and horizon: where restraint is kept, who is the limit, and days of the record."""

from datetime import date

from negotiation.report.figures.restraint import restraint_map_figure
from negotiation.truces.studies.restraint_map import MapPoint, RestraintMap
from paper.machinery.layout import new_figure

READS = ("restraint_map", "restraint_grid", "restraint_limits", "restraint_values")
WIDTH, HEIGHT = 5.2, 4.4


def figure(data):
    """Return the map as the package draws it, from the stored tables."""
    shape = {"index": "horizon", "columns": "cover"}
    share = data["restraint_grid"].pivot(values="share", **shape)
    central = data["restraint_grid"].pivot(values="central", **shape)
    limits = data["restraint_limits"]
    points = [
        MapPoint(**{**row, "day": date.fromisoformat(row["day"])})
        for row in data["restraint_map"].to_dict("records")
    ]
    values = data["restraint_values"].set_index("name")
    found = RestraintMap(
        ("USA", "CHN"), share.columns.to_numpy(), share.index.to_numpy(), share.to_numpy(),
        central.to_numpy(), limits["target"].to_numpy(), limits["user"].to_numpy(), tuple(points),
        {name: tuple(three) for name, *three in values[["value", "low", "high"]].itertuples()},
        int(values["draws"].iloc[0]),
    )  # fmt: skip
    drawing = new_figure(WIDTH, HEIGHT)
    restraint_map_figure(found, drawing.subplots())
    return drawing
