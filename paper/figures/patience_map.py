"""The critical discount factor of restraint over dependence and security value, with and without tariffs."""

from paper.machinery.layout import PAGE, new_figure

READS = ("patience_map",)
TITLES = {"critical": "tariffs in the game", "smallest_case": "controls and curb alone"}
LEVELS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]


def figure(data):
    """Return two maps with contours; where no patience is enough the map is hatched."""
    drawing = new_figure(PAGE, 2.7)
    axes = drawing.subplots(1, 2, sharey=True)
    for axis, (column, title) in zip(axes, TITLES.items(), strict=True):
        grid = data["patience_map"].pivot(index="security", columns="dependence", values=column)
        x, y, z = grid.columns.to_numpy(), grid.index.to_numpy(), grid.to_numpy()
        shown = z.copy()
        shown[z >= 1.0] = float("nan")
        mesh = axis.pcolormesh(x, y, shown, cmap="Blues", vmin=0, vmax=1, shading="nearest", rasterized=True)
        lines = axis.contour(x, y, shown, LEVELS, colors="black", linewidths=0.5)
        axis.clabel(lines, fontsize=6.5, fmt="%.1f")
        if (z >= 1.0).any():
            axis.contourf(x, y, (z >= 1.0).astype(float), [0.5, 1.5], colors=["white"], hatches=["////"])
        axis.set_title(title)
        axis.set_xlabel("US dependence on Chinese rare earths, share")
    axes[0].set_ylabel("security value of the control,\npercent of US GDP")
    drawing.colorbar(mesh, ax=axes, label="critical discount factor", shrink=0.9)
    return drawing
