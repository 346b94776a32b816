"""Cover and horizon: where restraint is kept by reading of the horizon and lag, and days of the record."""

from datetime import date

from negotiation.report.figures.restraint import restraint_map_figure
from negotiation.truces.studies.restraint_map import LeastHorizons, MapPoint, RestraintMap
from paper.machinery.layout import PAGE, new_figure

READS = (
    "restraint_map", "restraint_grid", "restraint_horizons", "restraint_stockpiles", "restraint_values",
)  # fmt: skip
HEIGHT = 4.5


def figure(data):
    """Return the map as the package draws it, from the stored tables."""
    grid = data["restraint_grid"]
    lags, horizons, covers = (grid[name].unique() for name in ("lag", "horizon", "cover"))
    shape = len(lags), len(horizons), len(covers)
    points = [
        MapPoint(**{**row, "day": date.fromisoformat(row["day"])})
        for row in data["restraint_map"].to_dict("records")
    ]
    least = [LeastHorizons(**row) for row in data["restraint_horizons"].to_dict("records")]
    values = data["restraint_values"].set_index("name")
    found = RestraintMap(
        ("USA", "CHN"), tuple(lags), covers, horizons, grid["share"].to_numpy().reshape(shape),
        grid["central"].to_numpy().reshape(shape), data["restraint_stockpiles"]["cover"].to_numpy(),
        data["restraint_stockpiles"]["share"].to_numpy(), tuple(points), tuple(least),
        {name: tuple(three) for name, *three in values[["value", "low", "high"]].itertuples()},
        int(values["draws"].iloc[0]),
    )  # fmt: skip
    drawing = new_figure(PAGE, HEIGHT)
    restraint_map_figure(found, drawing.subplots())
    return drawing
